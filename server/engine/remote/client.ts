import { request as requestHttp, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { request as requestHttps } from "node:https";
import { pipeline } from "node:stream/promises";
import { EngineError } from "../../../inference/errors.ts";
import type { JsonBody } from "./jsonBody.ts";
import { connectionFault, statusFault, type EngineName } from "./faults.ts";

export interface ClientTiming {
  /** Milliseconds until a connection stands, or a short answer is complete. */
  connect: number;
  /** An answer that brings nothing for this long is given up. */
  silence: number;
}

const clientTiming: ClientTiming = { connect: 10_000, silence: 10 * 60_000 };

/** More is no list of models and no error message. */
const longestAnswer = 4 * 1024 * 1024;

/** HTTP to one OpenAI-compatible server. Redirects are not followed: they would carry the key to somebody else. */
export class EngineClient {
  readonly name: EngineName;
  readonly #base: URL;
  readonly #timing: ClientTiming;

  /** @param url the API's base, without a slash at its end */
  constructor(url: string, key: string | undefined, timing: ClientTiming = clientTiming) {
    this.#base = new URL(url);
    this.#timing = timing;
    this.name = { host: this.#base.host, key };
  }

  /**
   * @param path below the API's base, or from the root where it begins with "//"
   * @throws EngineError engine_…; what `signal` was aborted with
   */
  getJson(path: string, signal: AbortSignal): Promise<unknown> {
    return this.#askJson(path, undefined, signal);
  }

  /** The same, with a value to be sent as JSON. */
  postJson(path: string, value: unknown, signal: AbortSignal): Promise<unknown> {
    return this.#askJson(path, JSON.stringify(value), signal);
  }

  async #askJson(path: string, body: string | undefined, signal: AbortSignal): Promise<unknown> {
    const within = AbortSignal.any([signal, AbortSignal.timeout(this.#timing.connect)]);
    const sent = body === undefined ? {} : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
    try {
      const request = this.#open(path, { method: body === undefined ? "GET" : "POST", headers: { Accept: "application/json", ...sent } }, within);
      request.end(body);
      const response = await answerTo(request);
      const text = await readText(response);
      if (response.statusCode !== 200) throw this.#refusal(response, text, undefined);
      return parse(text, this.name);
    } catch (fault) {
      signal.throwIfAborted();
      if (within.aborted) throw new EngineError("engine_unreachable", { host: this.name.host, reason: "it does not answer in time" }, { cause: fault });
      throw connectionFault(fault, this.name);
    }
  }

  /**
   * Asks for an answer; its stream is the caller's, who ends the engine's work by destroying it or by the signal.
   *
   * @throws EngineError engine_…, context_length_exceeded; what `signal` was aborted with
   */
  async post(path: string, { body, model }: { body: JsonBody; model: string }, signal: AbortSignal): Promise<IncomingMessage> {
    try {
      const headers = { "Content-Type": "application/json", "Content-Length": body.bytes, Accept: "text/event-stream" };
      const request = this.#open(path, { method: "POST", headers }, signal);
      const answered = answerTo(request);
      // An engine may refuse before it has read all: then its answer counts, not that it hung up.
      const sent = pipeline(body.stream(), request).catch((fault: unknown) => fault);
      const response = await answered.catch(async (fault: unknown) => {
        const broken = await sent;
        throw broken instanceof EngineError ? broken : fault;
      });
      if (response.statusCode !== 200) {
        const text = await readText(response);
        request.destroy();
        throw this.#refusal(response, text, model);
      }
      response.setTimeout(this.#timing.silence, () => response.destroy(new EngineError("engine_lost", { host: this.name.host })));
      return response;
    } catch (fault) {
      signal.throwIfAborted();
      throw connectionFault(fault, this.name);
    }
  }

  #open(path: string, options: { method: string; headers: OutgoingHttpHeaders }, signal: AbortSignal): ClientRequest {
    const target = path.startsWith("//") ? new URL(path.slice(1), this.#base.origin) : new URL(`${this.#base.href}${path}`);
    const start = target.protocol === "https:" ? requestHttps : requestHttp;
    const authorization = this.name.key === undefined ? {} : { Authorization: `Bearer ${this.name.key}` };
    const request = start(target, { ...options, headers: { ...options.headers, ...authorization }, signal });
    const timer = setTimeout(() => request.destroy(Object.assign(new Error("connect"), { code: "ETIMEDOUT" })), this.#timing.connect);
    request.once("socket", (socket) => {
      if (!socket.connecting) clearTimeout(timer);
      else socket.once(target.protocol === "https:" ? "secureConnect" : "connect", () => clearTimeout(timer));
    });
    request.once("close", () => clearTimeout(timer));
    request.setTimeout(this.#timing.silence, () => request.destroy(Object.assign(new Error("silence"), { code: "ETIMEDOUT" })));
    return request;
  }

  #refusal({ statusCode = 0, headers }: IncomingMessage, body: string, model: string | undefined): EngineError {
    return statusFault({ status: statusCode, body, retryAfter: headers["retry-after"], model }, this.name);
  }
}

function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.on("error", reject); // also after the answer began, where the answer's own stream tells
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > longestAnswer) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string, { host }: EngineName): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EngineError("engine_address", { host }, { cause });
  }
}
