import { lookup as resolveName, type LookupAddress } from "node:dns";
import { open } from "node:fs/promises";
import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { promisify } from "node:util";
import { EngineError } from "../errors.ts";
import { isGlobalAddress } from "./addresses.ts";

const connectMs = 5_000;
const defaultTotalMs = 30_000;
const mostRedirects = 5;
const longestUrl = 2048;

export interface DownloadOptions {
  allowPrivateAddresses: boolean;
  /** Bytes. */
  limit: number;
  /** For error messages. */
  name: string;
  signal?: AbortSignal | undefined;
  /** Milliseconds for the whole of it; 30 s where it is left out. */
  timeout?: number;
}

export interface Download {
  /** Bytes, where the other side says it. */
  total: number | undefined;
  /** What arrives. Leaving the loop early ends the download; it throws as `openDownload` does. */
  chunks: AsyncIterable<Buffer>;
}

/**
 * Fetches a URL into a file and returns its size.
 *
 * @throws EngineError url_not_allowed, fetch_failed, media_too_large
 */
export async function downloadTo(path: string, url: string, options: DownloadOptions): Promise<number> {
  const { chunks } = await openDownload(url, options);
  let bytes = 0;
  await using file = await open(path, "w");
  for await (const chunk of chunks) {
    bytes += chunk.length;
    await file.writeFile(chunk);
  }
  return bytes;
}

/**
 * Begins to fetch a URL. Every hop is checked as the first; a name is resolved once, and the address that passed the check
 * is the one dialled.
 *
 * @throws EngineError url_not_allowed, fetch_failed, media_too_large; what `signal` was aborted with
 */
export async function openDownload(url: string, options: DownloadOptions): Promise<Download> {
  const deadline = AbortSignal.timeout(options.timeout ?? defaultTotalMs);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  const asFault = (fault: unknown): unknown => {
    if (options.signal?.aborted) return options.signal.reason;
    if (fault instanceof EngineError) return fault;
    // One text for whatever went wrong: it must not tell what there is behind an address.
    return new EngineError("fetch_failed", { url: publicUrl(url) }, { cause: fault });
  };
  try {
    const response = await follow(url, options, signal);
    const { total, chunks } = body(response, options);
    return { total, chunks: translated(chunks, asFault) };
  } catch (fault) {
    throw asFault(fault);
  }
}

async function follow(url: string, options: DownloadOptions, signal: AbortSignal): Promise<IncomingMessage> {
  let target = parseUrl(url);
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const response = await get(target, options, signal);
    const location = redirectOf(response);
    if (location === undefined) return response;
    response.destroy();
    target = parseUrl(location, target);
  }
  throw new Error("Too many redirects");
}

async function* translated(chunks: AsyncIterable<Buffer>, asFault: (fault: unknown) => unknown): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (fault) {
    throw asFault(fault);
  }
}

function parseUrl(text: string, base?: URL): URL {
  const url = text.length <= longestUrl && !text.includes("\\") && URL.canParse(text, base) ? new URL(text, base) : undefined;
  if (!url || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "") {
    throw new EngineError("url_not_allowed", { url: publicUrl(text) });
  }
  return url;
}

/** A URL as it may be shown: without credentials, query and great length. */
function publicUrl(text: string): string {
  if (!URL.canParse(text)) return text.slice(0, 128);
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`.slice(0, 256);
}

async function addressesOf(url: URL, options: DownloadOptions): Promise<LookupAddress[]> {
  // WHATWG parsing has made every spelling of an IPv4 address the usual one, and put brackets around IPv6.
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const family = isIP(host);
  const addresses = family ? [{ address: host, family }] : await promisify(resolveName)(host, { all: true });
  if (!options.allowPrivateAddresses && !addresses.every(({ address }) => isGlobalAddress(address))) {
    throw new EngineError("url_not_allowed", { url: publicUrl(url.href) });
  }
  return addresses;
}

async function get(url: URL, options: DownloadOptions, signal: AbortSignal): Promise<IncomingMessage> {
  const addresses = await addressesOf(url, options);
  const first = addresses[0];
  if (!first) throw new Error("The name has no address");
  const lookup: LookupFunction = (_host, { all }, callback) => {
    if (all) callback(null, addresses);
    else callback(null, first.address, first.family);
  };
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(url, { lookup, signal, agent: false, headers: { "accept-encoding": "identity" } }, resolve);
    const timer = setTimeout(() => request.destroy(new Error("No answer in time")), connectMs);
    request.once("response", () => clearTimeout(timer));
    request.once("close", () => clearTimeout(timer));
    request.once("error", reject);
    request.end();
  });
}

function redirectOf({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  return [301, 302, 303, 307, 308].includes(statusCode) ? headers.location : undefined;
}

function body(response: IncomingMessage, { limit, name }: DownloadOptions): Download {
  try {
    if (response.statusCode !== 200) throw new Error(`Status ${response.statusCode}`);
    if ((response.headers["content-encoding"] ?? "identity") !== "identity") throw new Error("Compressed");
    const length = Number(response.headers["content-length"]);
    const total = Number.isSafeInteger(length) && length > 0 ? length : undefined;
    if (total !== undefined && total > limit) throw new EngineError("media_too_large", { name, bytes: total, limit });
    return { total, chunks: counted(response, { limit, name }) };
  } catch (fault) {
    response.destroy();
    throw fault;
  }
}

/** Reading ends with the loop that does it: a stream that is iterated is destroyed when its reader leaves. */
async function* counted(source: AsyncIterable<Buffer>, { limit, name }: { limit: number; name: string }): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > limit) throw new EngineError("media_too_large", { name, bytes, limit });
    yield chunk;
  }
}
