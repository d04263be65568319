import type { IncomingMessage } from "node:http";
import { readBody } from "../http/body.ts";
import { ApiFault, invalid } from "./fault.ts";

const mebibyte = 1024 * 1024;
/** Of a request without data URLs, and of what is no data URL in one with them. */
const plainBytes = mebibyte;
const dataBytes = 32 * mebibyte;
/** Arrays and objects within each other. */
const mostNesting = 32;
/** Bodies with data URLs that are held in memory at once. */
const mostLargeBodies = 8;

const dataUrlStart = Buffer.from('"data:');
const quote = 0x22;
const backslash = 0x5c;

/** Reads the JSON bodies of the API: bounded in bytes, time and depth, before anything parses them. */
export class BodyReader {
  #large = 0;

  /** @throws HttpFault unsupported_media_type, too_slow; ApiFault */
  async read(request: IncomingMessage): Promise<unknown> {
    const { "content-type": type = "", "content-encoding": coding } = request.headers;
    if (!/^application\/json\s*(?:;|$)/i.test(type) || coding !== undefined) {
      throw new ApiFault("unsupported_media_type", "Send the body as application/json, without a content coding.", { status: 415 });
    }
    const held = { large: false };
    const grow = (): void => {
      if (held.large) return;
      if (this.#large >= mostLargeBodies) throw new ApiFault("rate_limited", "Too many large requests at once. Try again in a moment.", { status: 429, retryAfter: 2 });
      held.large = true;
      this.#large += 1;
    };
    try {
      return parse(await this.#collect(request, grow));
    } finally {
      if (held.large) this.#large -= 1;
    }
  }

  /** By events: leaving an iterator would close the connection before the answer. */
  async #collect(request: IncomingMessage, grow: () => void): Promise<Buffer> {
    if (Number(request.headers["content-length"] ?? 0) > dataBytes) throw tooLarge();
    let hasData = false;
    let end: Buffer = Buffer.alloc(0);
    return readBody(request, Infinity, (chunk, bytes) => {
      // The place where a data URL begins may lie between two chunks.
      hasData ||= chunk.includes(dataUrlStart) || Buffer.concat([end, chunk.subarray(0, dataUrlStart.length)]).includes(dataUrlStart);
      end = chunk.subarray(-dataUrlStart.length);
      if (bytes <= plainBytes) return;
      if (!hasData || bytes > dataBytes) throw tooLarge();
      grow();
    });
  }
}

/** @throws ApiFault */
export function parse(bytes: Buffer): unknown {
  checkNesting(bytes);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ApiFault("invalid_json", "The body is not UTF-8.", { cause });
  }
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch (cause) {
    throw new ApiFault("invalid_json", "The body is not JSON.", { cause });
  }
}

/**
 * Counts brackets outside of strings, which are skipped as a whole: a picture in a data URL costs nothing.
 *
 * @throws ApiFault for what is nested more deeply than anything meant well, or has more text than is allowed besides data URLs
 */
function checkNesting(bytes: Buffer): void {
  let depth = 0;
  let data = 0;
  for (let place = 0; place - data <= plainBytes && place < bytes.length; place += 1) {
    const byte = bytes[place];
    if (byte === quote) {
      const end = stringEnd(bytes, place + 1);
      if (bytes.subarray(place, place + dataUrlStart.length).equals(dataUrlStart)) data += end - place;
      place = end;
    } else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      if (depth > mostNesting) throw invalid(null, `The body is nested more than ${mostNesting} levels deep.`);
    } else if (byte === 0x5d || byte === 0x7d) depth -= 1;
  }
  if (bytes.length - data > plainBytes) throw tooLarge();
}

/** The place of a string's closing quote, or the end of the bytes. */
function stringEnd(bytes: Buffer, from: number): number {
  for (let place = bytes.indexOf(quote, from); place >= 0; place = bytes.indexOf(quote, place + 1)) {
    let escapes = 0;
    while (bytes[place - 1 - escapes] === backslash && place - 1 - escapes >= from) escapes += 1;
    if (escapes % 2 === 0) return place;
  }
  return bytes.length;
}

function tooLarge(): ApiFault {
  const message = `The body is too large: at most ${plainBytes / mebibyte} MiB, or ${dataBytes / mebibyte} MiB with pictures and clips as data URLs. Upload larger files first, or give their address.`;
  return new ApiFault("request_too_large", message, { status: 413 });
}
