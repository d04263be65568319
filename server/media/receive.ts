import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { Busboy, type BusboyInstance } from "@fastify/busboy";
import { EngineError } from "../../inference/errors.ts";
import type { Limits } from "../config.ts";
import { HttpFault } from "../errors.ts";
import { recognize, type RecognizedMedium } from "./recognize.ts";
import type { PartialUpload } from "./store.ts";

/** Enough of a file for its magic bytes. */
const headBytes = 4096;
const maxNameCharacters = 128;
const bytesPerSecond = 10_000;

export interface ReceivedFile extends RecognizedMedium {
  id: string;
  name: string;
}

export interface ReceiveOptions {
  limits: Pick<Limits, "imageBytes" | "videoBytes">;
  /** Milliseconds over which an upload must bring 10 KB a second. */
  window: number;
}

/**
 * Writes the one file of a multipart request to `target` while it arrives; at no time is it whole in memory.
 *
 * @throws EngineError media_empty, media_too_large, image_format, video_format, disk_full, invalid_request
 * @throws HttpFault unsupported_media_type, too_slow
 */
export async function receiveFile(request: IncomingMessage, target: PartialUpload, options: ReceiveOptions): Promise<ReceivedFile> {
  // Its sender may have gone while the target was opened; then no event would follow.
  if (request.destroyed) throw cutOff();
  const parser = createParser(request, options.limits);
  const floor = requireSpeed(request, parser, options.window);
  try {
    return await receiveInto(target, request, parser, options.limits);
  } finally {
    clearInterval(floor);
  }
}

async function receiveInto(target: PartialUpload, request: IncomingMessage, parser: BusboyInstance, limits: ReceiveOptions["limits"]): Promise<ReceivedFile> {
  const { stream, name } = await firstFile(request, parser);
  return await writeFile({ chunks: stream as AsyncIterable<Buffer>, name }, target, limits);
}

export interface ArrivingFile {
  chunks: AsyncIterable<Buffer>;
  name: string;
}

/**
 * Writes a file as it arrives, and finds out what it is by its first bytes.
 *
 * @throws EngineError media_empty, media_too_large, image_format, video_format, disk_full; whatever `chunks` throws
 */
export async function writeFile(file: ArrivingFile, target: PartialUpload, limits: ReceiveOptions["limits"]): Promise<ReceivedFile> {
  const { name } = file;
  const hash = createHash("sha256");
  const head: Buffer[] = [];
  let headLength = 0;
  let medium: RecognizedMedium | undefined;
  for await (const chunk of file.chunks) {
    if (medium === undefined) {
      head.push(chunk);
      headLength += chunk.length;
      if (headLength >= headBytes) medium = recognize(Buffer.concat(head), name);
    }
    const limit = medium?.kind === "image" ? limits.imageBytes : limits.videoBytes;
    if (target.bytes + chunk.length > limit) throw new EngineError("media_too_large", { name, bytes: target.bytes + chunk.length, limit });
    hash.update(chunk);
    await target.write(chunk);
  }
  await target.close();
  if (target.bytes === 0) throw new EngineError("media_empty", { name });
  medium ??= recognize(Buffer.concat(head), name);
  return { id: hash.digest("hex"), name, ...medium };
}

function createParser(request: IncomingMessage, limits: ReceiveOptions["limits"]): BusboyInstance {
  const type = request.headers["content-type"] ?? "";
  if (!/^multipart\/form-data\b/i.test(type) || request.headers["content-encoding"] !== undefined) throw new HttpFault("unsupported_media_type");
  const boundary = /boundary=(?:"([^"]*)"|([^\s;]*))/i.exec(type);
  const length = (boundary?.[1] ?? boundary?.[2] ?? "").length;
  if (length === 0 || length > 70) throw new EngineError("invalid_request", { reason: "multipart boundary" });
  return new Busboy({
    headers: { ...request.headers, "content-type": type },
    // One byte more than allowed, so that too much can be told from just enough.
    limits: { files: 1, fields: 9, parts: 10, fieldSize: 1024, fieldNameSize: 100, headerPairs: 20, headerSize: 8192, fileSize: Math.max(limits.imageBytes, limits.videoBytes) + 1 },
  });
}

function firstFile(request: IncomingMessage, parser: BusboyInstance): Promise<{ stream: Readable; name: string }> {
  return new Promise((resolve, reject) => {
    parser.once("file", (_field, stream, filename: string | undefined) => {
      // The parser reports a cut-off part, but leaves its stream waiting for bytes for ever.
      const cut = (fault: unknown): void => void stream.destroy(fault instanceof HttpFault ? fault : cutOff(fault));
      stream.on("error", cut);
      parser.once("error", cut);
      request.once("close", () => {
        if (!request.complete) cut(undefined);
      });
      resolve({ stream, name: label(filename) });
    });
    parser.once("finish", () => reject(new EngineError("invalid_request", { reason: "no file in the form" })));
    parser.on("error", (fault: unknown) => reject(fault instanceof HttpFault ? fault : cutOff(fault)));
    request.once("close", () => {
      if (!request.complete) reject(cutOff());
    });
    request.pipe(parser);
  });
}

function cutOff(cause?: unknown): EngineError {
  if (cause instanceof EngineError) return cause;
  return new EngineError("invalid_request", { reason: "the upload was cut off or is malformed" }, { cause });
}

/** What is shown of a file name: no folders, no control characters, no endless ones. */
export function label(filename: string | undefined): string {
  const name = (filename ?? "").replace(/^.*[/\\]/, "").replace(/\p{C}/gu, "").trim();
  return name.slice(0, maxNameCharacters).toWellFormed() || "file";
}

/** Ends a request that brings less than 10 KB a second over a whole window, so that slow ones cannot pile up. */
function requireSpeed(request: IncomingMessage, parser: BusboyInstance, window: number): NodeJS.Timeout {
  let arrived = 0;
  request.on("data", (chunk: Buffer) => (arrived += chunk.length));
  return setInterval(() => {
    // A paused request waits for our disk, not for its sender.
    if (arrived < (bytesPerSecond * window) / 1000 && !request.isPaused() && !request.complete) parser.emit("error", new HttpFault("too_slow"));
    arrived = 0;
  }, window);
}
