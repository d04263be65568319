import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { HttpFault } from "../errors.ts";
import { isMissing } from "../media/fileErrors.ts";

export interface ServedFile {
  path: string;
  mime: string;
  /** Changes whenever the bytes do. */
  tag: string;
  /** Cache-Control, where it is not kept for a day. */
  cache?: string;
}

/** What a browser may show in place; anything else is offered for download. */
const inlineTypes = new Set(["image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "video/webm", "video/quicktime", "video/x-matroska", "video/ogg"]);

/** Sends a file whole or in part (RFC 9110, one range), so that a clip can be played from anywhere. */
export async function sendFile(request: IncomingMessage, response: ServerResponse, file: ServedFile): Promise<void> {
  const { size } = await stat(file.path).catch((fault: unknown) => {
    throw isMissing(fault) ? new HttpFault("not_found") : fault;
  });
  const inline = inlineTypes.has(file.mime);
  response.setHeader("Content-Type", inline ? file.mime : "application/octet-stream");
  response.setHeader("Content-Disposition", inline ? "inline" : "attachment");
  response.setHeader("Accept-Ranges", "bytes");
  response.setHeader("Cache-Control", file.cache ?? "private, max-age=86400, immutable");
  response.setHeader("ETag", `"${file.tag}"`);
  if (request.headers["if-none-match"] === `"${file.tag}"`) {
    response.writeHead(304).end();
    return;
  }

  const range = parseRange(request.headers.range, size);
  if (range === "unsatisfiable") {
    response.writeHead(416, { "Content-Range": `bytes */${size}` }).end();
    return;
  }
  const { from, to } = range ?? { from: 0, to: size - 1 };
  response.setHeader("Content-Length", to - from + 1);
  if (range === undefined) response.writeHead(200);
  else response.writeHead(206, { "Content-Range": `bytes ${from}-${to}/${size}` });
  if (request.method === "HEAD" || size === 0) {
    response.end();
    return;
  }
  await pipeline(createReadStream(file.path, { start: from, end: to }), response).catch((fault: unknown) => {
    if (!response.destroyed) throw fault; // players hang up whenever they seek
  });
}

/** First and last byte, inclusive; undefined to send everything, as for several ranges or a malformed header. */
export function parseRange(header: string | undefined, size: number): { from: number; to: number } | "unsatisfiable" | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "");
  const [, first = "", last = ""] = match ?? [];
  if (first === "" && last === "") return undefined;
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  return from < size && from <= to ? { from, to } : "unsatisfiable";
}
