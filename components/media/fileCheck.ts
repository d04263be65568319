import type { ServerConfig } from "../../server/protocol.ts";
import type { PageError } from "../i18n/errorText.ts";

/** What the file picker offers. The server decides by the bytes; this only helps to find the right file. */
export const acceptedTypes = "image/jpeg,image/png,image/webp,image/gif,video/*,.mkv,.mov,.mp4,.webm,.avi,.m4v,application/pdf,.pdf,text/plain,.txt,.md,.csv,.json";

const videoNames = /\.(mp4|m4v|mov|webm|mkv|avi|mpe?g|ogv|wmv|flv|3gp|ts)$/i;

export function looksLikeVideo(file: Pick<File, "name" | "type">): boolean {
  return file.type.startsWith("video/") || (!file.type.startsWith("image/") && videoNames.test(file.name));
}

/** What is wrong with a file that need not be sent to know it. */
export function checkFile(file: Pick<File, "name" | "type" | "size">, limits: ServerConfig["limits"] | undefined): PageError | undefined {
  if (file.size === 0) return { code: "media_empty", params: { name: file.name } };
  if (!limits) return undefined;
  const limit = file.type.startsWith("image/") ? limits.imageBytes : limits.videoBytes;
  if (file.size > limit) return { code: "media_too_large", params: { name: file.name, bytes: file.size, limit } };
  return undefined;
}
