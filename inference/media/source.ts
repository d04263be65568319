import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { EngineError } from "../errors.ts";
import { downloadTo } from "./download.ts";

/** Where the bytes of a medium come from, and what is allowed. */
export interface MediaSourceOptions {
  /** Relative paths start here. */
  baseFolder: string;
  /** Paths and, if `allowFileUrls` too, file: URLs of this machine. */
  allowPaths: boolean;
  allowFileUrls: boolean;
  /** URLs of this machine and of private networks. */
  allowPrivateAddresses: boolean;
}

/** For a program that its own user runs: files are open, private networks are not. */
export const localSourceOptions = (baseFolder: string): MediaSourceOptions => ({
  baseFolder,
  allowPaths: true,
  allowFileUrls: true,
  allowPrivateAddresses: false,
});

/** A medium as a file; one that was fetched is deleted when this is disposed. */
export interface OpenedMedium extends AsyncDisposable {
  path: string;
  /** Short, without folders: for error messages. */
  name: string;
  bytes: number;
}

export interface OpenOptions {
  source: MediaSourceOptions;
  kind: "image" | "video";
  /** Bytes. */
  limit: number;
  /** For error messages; the last part of the path or URL where it is left out. */
  name?: string;
  signal?: AbortSignal | undefined;
}

const longestName = 128;
/** Which pictures and clips they hold is decided by their bytes. */
const dataUri = { image: /^data:image\/[\w.+-]+;base64,/i, video: /^data:video\/[\w.+-]+;base64,/i };

/**
 * A medium named by a path, a file:, http: or https: URL or a data URI.
 *
 * @throws EngineError media_missing, media_empty, media_too_large, url_invalid, url_not_allowed, fetch_failed
 */
export async function openMedium(reference: string, options: OpenOptions): Promise<OpenedMedium> {
  const { source } = options;
  if (/^data:/i.test(reference)) return openDataUri(reference, options);
  if (/^https?:/i.test(reference)) return openUrl(reference, options);
  if (/^file:/i.test(reference)) {
    if (!source.allowFileUrls) throw new EngineError("url_invalid");
    return openFile(pathOfUrl(reference), options);
  }
  // Any other scheme; a single letter is a drive of Windows.
  if (/^[a-z][a-z0-9+.-]+:/i.test(reference) || !source.allowPaths) {
    throw new EngineError("url_invalid");
  }
  return openFile(resolve(source.baseFolder, reference), options);
}

/** The SHA-256 of a medium's bytes, in hexadecimal. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) {
    signal?.throwIfAborted();
    hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}

export const readMedium = (medium: OpenedMedium, signal?: AbortSignal): Promise<Buffer> =>
  readFile(medium.path, signal ? { signal } : {});

function shortened(text: string): string {
  return text.length > longestName ? `${text.slice(0, longestName - 1)}…` : text;
}

function pathOfUrl(url: string): string {
  try {
    // qwen-vl-utils also takes file:// followed by a relative path.
    return /^file:\/\/\/|^file:\/[^/]/i.test(url) ? fileURLToPath(url) : url.replace(/^file:(?:\/\/)?/i, "");
  } catch (cause) {
    throw new EngineError("url_invalid", {}, { cause });
  }
}

async function openFile(path: string, { limit, source, name = shortened(basename(path)) }: OpenOptions): Promise<OpenedMedium> {
  const absolute = resolve(source.baseFolder, path);
  let size: number;
  try {
    const found = await stat(absolute);
    if (!found.isFile()) throw new Error("Not a file");
    size = found.size;
  } catch (cause) {
    throw new EngineError("media_missing", { name }, { cause });
  }
  checkSize(name, size, limit);
  return { path: absolute, name, bytes: size, [Symbol.asyncDispose]: () => Promise.resolve() };
}

function checkSize(name: string, bytes: number, limit: number): void {
  if (bytes === 0) throw new EngineError("media_empty", { name });
  if (bytes > limit) throw new EngineError("media_too_large", { name, bytes, limit });
}

async function openDataUri(uri: string, { kind, limit }: OpenOptions): Promise<OpenedMedium> {
  const name = "data";
  const prefix = dataUri[kind].exec(uri)?.[0];
  if (prefix === undefined) throw new EngineError("url_invalid");
  const base64 = uri.slice(prefix.length);
  // Before anything is decoded; up to two bytes of the last three can be padding.
  checkSize(name, Math.max(0, Math.floor((base64.length * 3) / 4) - 2), limit);
  return temporaryMedium(name, async (path) => {
    const bytes = Buffer.from(base64, "base64");
    checkSize(name, bytes.length, limit);
    await writeFile(path, bytes);
    return bytes.length;
  });
}

async function openUrl(url: string, { source, limit, signal }: OpenOptions): Promise<OpenedMedium> {
  const name = shortened(URL.canParse(url) ? basename(new URL(url).pathname) || "download" : "download");
  return temporaryMedium(name, async (path) => {
    const bytes = await downloadTo(path, url, { allowPrivateAddresses: source.allowPrivateAddresses, limit, name, signal });
    checkSize(name, bytes, limit);
    return bytes;
  });
}

/** A file in a private folder of its own, written by `write`, which returns its size. */
async function temporaryMedium(name: string, write: (path: string) => Promise<number>): Promise<OpenedMedium> {
  const folder = await mkdtemp(join(tmpdir(), "qwen-media-"));
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, "medium");
    const bytes = await write(path);
    return { path, name, bytes, [Symbol.asyncDispose]: dispose };
  } catch (fault) {
    await dispose();
    throw fault;
  }
}
