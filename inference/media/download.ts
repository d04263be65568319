import { lookup as resolveName, type LookupAddress } from "node:dns";
import { open } from "node:fs/promises";
import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { promisify } from "node:util";
import { EngineError } from "../errors.ts";
import { isGlobalAddress, isThisMachine } from "./addresses.ts";

/** For an answer's first line, from the moment it is asked for. */
const connectMs = 5_000;
const defaultTotalMs = 30_000;
const usualWindow = 10_000;
const leastBytesPerSecond = 10_000;
const mostRedirects = 5;
const longestUrl = 2048;

/** What names mean, and which addresses are everybody's. */
export interface Network {
  resolve: (host: string) => Promise<LookupAddress[]>;
  isGlobal: (address: string) => boolean;
}

const internet: Network = {
  resolve: (host) => promisify(resolveName)(host, { all: true }),
  isGlobal: isGlobalAddress,
};

export interface DownloadOptions {
  allowPrivateAddresses: boolean;
  /** Bytes. */
  limit: number;
  /** For error messages. */
  name: string;
  signal?: AbortSignal | undefined;
  /** Milliseconds for the whole of it; 30 s where it is left out. */
  timeout?: number | undefined;
  /** Milliseconds over which 10 KB a second must arrive; 10 s where it is left out. */
  window?: number | undefined;
  /** Of this machine, where it must not be asked itself. */
  ownPort?: number | undefined;
  network?: Network;
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
 * @throws EngineError url_invalid, url_not_allowed, fetch_failed, media_too_large
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
 * is the one dialled. No error says what was found behind an address: a host that does not exist, one that is not public
 * and a port of either are refused in the same words.
 *
 * @throws EngineError url_invalid, url_not_allowed, fetch_failed, media_too_large, and from its chunks fetch_slow; what `signal`
 * was aborted with
 */
export async function openDownload(url: string, options: DownloadOptions): Promise<Download> {
  const timeout = options.timeout ?? defaultTotalMs;
  const deadline = AbortSignal.timeout(timeout);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  const asFault = (fault: unknown): unknown => {
    if (options.signal?.aborted) return options.signal.reason;
    if (fault instanceof EngineError) return fault;
    return new EngineError("fetch_failed", {}, { cause: fault });
  };
  // Of what has begun to come it may be said that it came too slowly.
  const asBodyFault = (fault: unknown): unknown => {
    const known = asFault(fault);
    const isSlow = deadline.aborted || fault instanceof TooSlow;
    return isSlow && !options.signal?.aborted ? new EngineError("fetch_slow", { seconds: timeout / 1000 }, { cause: fault }) : known;
  };
  try {
    const response = await follow(url, options, signal);
    const { total, chunks } = body(response, options);
    return { total, chunks: translated(chunks, asBodyFault) };
  } catch (fault) {
    throw asFault(fault);
  }
}

/** Less arrives than is asked for over a while. */
class TooSlow extends Error {
  override readonly name = "TooSlow";
}

async function follow(url: string, options: DownloadOptions, signal: AbortSignal): Promise<IncomingMessage> {
  let target = parseUrl(url);
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const response = await get(target, options, signal);
    const location = redirectOf(response);
    if (location === undefined) return response;
    response.destroy();
    target = parseLocation(location, target);
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

/** What a redirect names is not the asker's mistake. */
function parseLocation(location: string, base: URL): URL {
  try {
    return parseUrl(location, base);
  } catch (cause) {
    throw new EngineError("url_not_allowed", {}, { cause });
  }
}

function parseUrl(text: string, base?: URL): URL {
  // The parser would drop tabs and ends of lines, and turn backslashes around: other programs read such a text otherwise.
  const isPlain = text.length <= longestUrl && !/[\\\p{Cc}]/u.test(text.trim());
  const url = isPlain && URL.canParse(text, base) ? new URL(text, base) : undefined;
  if (!url || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "") throw new EngineError("url_invalid");
  return url;
}

async function addressesOf(url: URL, options: DownloadOptions, signal: AbortSignal): Promise<[LookupAddress, ...LookupAddress[]]> {
  const { resolve, isGlobal } = options.network ?? internet;
  // WHATWG parsing has made every spelling of an IPv4 address the usual one, and put brackets around IPv6.
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const family = isIP(host);
  const [first, ...others] = family ? [{ address: host, family }] : await unlessAborted(resolve(host).catch(() => []), signal);
  if (!first) throw new EngineError("url_not_allowed");
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const isAllowed = ({ address }: LookupAddress): boolean =>
    (options.allowPrivateAddresses || isGlobal(address)) && !(port === options.ownPort && isThisMachine(address));
  if (![first, ...others].every(isAllowed)) throw new EngineError("url_not_allowed");
  return [first, ...others];
}

/** What cannot be stopped is at least not waited for. */
function unlessAborted<Value>(pending: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(asError(signal.reason));
    signal.addEventListener("abort", aborted, { once: true });
    void pending.then(resolve, reject).finally(() => signal.removeEventListener("abort", aborted));
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error("Aborted", { cause: reason });
}

async function get(url: URL, options: DownloadOptions, signal: AbortSignal): Promise<IncomingMessage> {
  const addresses = await addressesOf(url, options, signal);
  const [first] = addresses;
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

function body(response: IncomingMessage, { limit, name, window = usualWindow }: DownloadOptions): Download {
  try {
    if (response.statusCode !== 200) throw new Error(`Status ${response.statusCode}`);
    if ((response.headers["content-encoding"] ?? "identity") !== "identity") throw new Error("Compressed");
    const length = Number(response.headers["content-length"]);
    const total = Number.isSafeInteger(length) && length > 0 ? length : undefined;
    if (total !== undefined && total > limit) throw new EngineError("media_too_large", { name, bytes: total, limit });
    return { total, chunks: counted(response, { limit, name, window }) };
  } catch (fault) {
    response.destroy();
    throw fault;
  }
}

/** Reading ends with the loop that does it: a stream that is iterated is destroyed when its reader leaves. */
async function* counted(source: IncomingMessage, { limit, name, window }: { limit: number; name: string; window: number }): AsyncGenerator<Buffer> {
  let bytes = 0;
  let before = 0;
  const floor = setInterval(() => {
    if (bytes - before < (leastBytesPerSecond * window) / 1000) source.destroy(new TooSlow());
    before = bytes;
  }, window);
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limit) throw new EngineError("media_too_large", { name, bytes, limit });
      yield chunk;
    }
  } finally {
    clearInterval(floor);
  }
}
