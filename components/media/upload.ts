import { httpErrorSchema, uploadedMediaSchema, type UploadedMedia } from "../../server/protocol.ts";
import type { PageError } from "../i18n/errorText.ts";

export interface UploadOptions {
  signal: AbortSignal;
  /** 0 to 1, of the bytes that left the browser; at 1 the server still checks the file. */
  onProgress: (fraction: number) => void;
}

/** An upload that failed for a reason that the reader is told. */
export class UploadError extends Error {
  override readonly name = "UploadError";
  readonly error: PageError;

  constructor(error: PageError) {
    super(error.code);
    this.error = error;
  }
}

export const mediaUrl = (id: string): string => `${mediaRoot()}/${id}`;
export const posterUrl = (id: string): string => `${mediaRoot()}/${id}/poster`;
/** What is seen in a clip at a time in seconds, as JPEG. */
export const frameUrl = (id: string, seconds: number): string => `${mediaRoot()}/${id}/frames/${Math.round(seconds * 1000)}`;

/** The page of a shared conversation shows the share's media; every other page the reader's own. */
function mediaRoot(): string {
  const share = typeof location === "undefined" ? undefined : shareOf(location.pathname);
  return share === undefined ? "/api/media" : `/api/shares/${share}/media`;
}

/** The share that a page's address names. */
export function shareOf(pathname: string): string | undefined {
  return /^\/shared\/([0-9a-f]{32})\/?$/.exec(pathname)?.[1];
}

/** A picture that stands for the medium: itself, the first frame of a clip, or the first of its pictures. */
export function stillUrl({ id, info, frames }: Pick<UploadedMedia, "id" | "info" | "frames">): string {
  return info.kind === "video" && !frames ? posterUrl(id) : mediaUrl(id);
}

/** The uploads that a medium consists of: one, or the pictures of a clip. */
export function uploadIds({ id, frames }: { id: string; frames?: { media: readonly string[] } | undefined }): readonly string[] {
  return frames?.media ?? [id];
}

/**
 * Sends one file to the server, which checks it and says what it will cost. XMLHttpRequest, because `fetch` reports no
 * progress of what it sends.
 * @throws UploadError with the server's code, or `network`; the signal's reason when aborted.
 */
export function uploadFile(file: File, { signal, onProgress }: UploadOptions): Promise<UploadedMedia> {
  return new Promise((resolve, reject) => {
    // A request that was never sent tells nobody that it was aborted.
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const fail = (code: "network" | "internal") => reject(new UploadError({ code, params: { name: file.name } }));
    request.open("POST", "/api/media");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      const answer = parseAnswer(request.status, request.responseText);
      if (answer === undefined) fail("internal");
      else if ("id" in answer) resolve(answer);
      else reject(new UploadError({ code: answer.code, params: { name: file.name, ...answer.params } }));
    };
    request.onerror = () => fail("network");
    request.onabort = () => reject(new DOMException("The upload was cancelled", "AbortError"));
    request.onloadend = () => signal.removeEventListener("abort", abort);
    signal.addEventListener("abort", abort);
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
}

/** What the server answered, or undefined where it is not in the agreed form. */
export function parseAnswer(status: number, body: string): UploadedMedia | PageError | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (status >= 200 && status < 300) return uploadedMediaSchema.safeParse(json).data;
  return httpErrorSchema.safeParse(json).data?.error;
}
