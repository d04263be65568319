import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface EngineRequest {
  path: string;
  headers: IncomingMessage["headers"];
  /** Parsed; undefined for GET. */
  body: Record<string, unknown> | undefined;
}

/** What a stand-in engine does with a question. `gone` resolves when the asker hangs up. */
export type EngineBehaviour = (response: ServerResponse, request: EngineRequest, gone: Promise<void>) => void | Promise<void>;

/** An OpenAI-compatible server that answers as a test has it; it can vanish and come back on its port. */
export class FakeEngine implements AsyncDisposable {
  /** Questions, in order. */
  readonly asked: EngineRequest[] = [];
  behaviour: EngineBehaviour = (response) => sayAll(response, ["Hello ", "there."]);
  models: unknown = { object: "list", data: [{ id: "Qwen/Qwen3-VL-8B-Instruct", object: "model", owned_by: "vllm", max_model_len: 8192 }] };
  /** Of the list of models. */
  status = 200;
  #server: Server | undefined;
  port = 0;

  static async start(): Promise<FakeEngine> {
    const engine = new FakeEngine();
    await engine.listen();
    return engine;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.#handle(request, response));
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async vanish(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.vanish();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("error", () => undefined);
    const path = request.url ?? "";
    if (path === "/v1/models") {
      response.writeHead(this.status, { "Content-Type": "application/json" }).end(JSON.stringify(this.models));
      return;
    }
    if (path === "/version") {
      response.writeHead(200, { "Content-Type": "application/json" }).end('{"version":"0.32.0"}');
      return;
    }
    const gone = new Promise<void>((resolve) => response.once("close", resolve));
    const asked: EngineRequest = { path, headers: request.headers, body: JSON.parse((await buffer(request)).toString("utf8")) as Record<string, unknown> };
    this.asked.push(asked);
    await this.behaviour(response, asked, gone);
  }
}

export function begin(response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
}

export function sayChunk(response: ServerResponse, delta: unknown, rest: Record<string, unknown> = {}): void {
  response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, ...rest }] })}\n\n`);
}

/** A whole answer. */
export function sayAll(response: ServerResponse, words: readonly string[], last: Record<string, unknown> = { finish_reason: "stop" }): void {
  begin(response);
  for (const content of words) sayChunk(response, { content });
  sayChunk(response, {}, last);
  const details = { cached_tokens: 3, multimodal_tokens: { image: 4 } };
  response.write(`data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 20, completion_tokens: words.length + 1, prompt_tokens_details: details } })}\n\n`);
  response.end("data: [DONE]\n\n");
}

export function refuseWith(response: ServerResponse, status: number, message: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify({ error: { message, type: "error", code: status, param: null } }));
}
