import { lookup as resolveName, type LookupAddress } from "node:dns";
import { createWriteStream } from "node:fs";
import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { EngineError } from "../errors.ts";
import { isGlobalAddress } from "./addresses.ts";

const connectMs = 5_000;
const totalMs = 30_000;
const mostRedirects = 5;
const longestUrl = 2048;

export interface DownloadOptions {
  allowPrivateAddresses: boolean;
  /** Bytes. */
  limit: number;
  /** For error messages. */
  name: string;
  signal?: AbortSignal | undefined;
}

/**
 * Fetches a URL into a file and returns its size. Every hop is checked as the first; a name is resolved once, and the
 * address that passed the check is the one dialled.
 *
 * @throws EngineError url_not_allowed, fetch_failed, media_too_large
 */
export async function downloadTo(path: string, url: string, options: DownloadOptions): Promise<number> {
  const deadline = AbortSignal.timeout(totalMs);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  try {
    let target = parseUrl(url);
    for (let hop = 0; hop <= mostRedirects; hop++) {
      const response = await get(target, options, signal);
      const location = redirectOf(response);
      if (location === undefined) return await save(response, path, { ...options, signal });
      response.destroy();
      target = parseUrl(location, target);
    }
    throw new Error("Too many redirects");
  } catch (fault) {
    options.signal?.throwIfAborted();
    if (fault instanceof EngineError) throw fault;
    // One text for whatever went wrong: it must not tell what there is behind an address.
    throw new EngineError("fetch_failed", { url: publicUrl(url) }, { cause: fault });
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

async function save(response: IncomingMessage, path: string, options: DownloadOptions): Promise<number> {
  const { limit, name, signal } = options;
  if (response.statusCode !== 200) throw new Error(`Status ${response.statusCode}`);
  if ((response.headers["content-encoding"] ?? "identity") !== "identity") throw new Error("Compressed");
  let bytes = 0;
  const counted = async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > limit) throw new EngineError("media_too_large", { name, bytes, limit });
      yield chunk;
    }
  };
  await pipeline(response, counted, createWriteStream(path), signal ? { signal } : {});
  return bytes;
}
