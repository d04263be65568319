import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { WebSocket } from "ws";
import type { AccessConfig } from "../access/accounts.ts";
import { parseCommandLine, type Config, type Limits, type Timing } from "../config.ts";
import type { Network } from "../../inference/media/download.ts";
import { LocalEngine } from "../engine/localEngine.ts";
import type { Page } from "../http/router.ts";
import { silentLog, type Log } from "../log.ts";
import { serverMessageSchema, type ChatPart, type ClientMessage, type ServerMessage } from "../protocol.ts";
import type { Tunnel, TunnelTiming } from "../share/tunnel.ts";
import { startServer, type RunningServer } from "../server.ts";

export const fakeWorker = join(import.meta.dirname, "fakeWorker.ts");

/** What becomes true some time, on a machine however busy. */
export const eventually: typeof expect.poll = (check, options) => expect.poll(check, { timeout: 30_000, ...options });

/** A PNG of one white pixel, with anything appended that makes it another file. */
export function tinyPng(trailer = ""): Uint8Array<ArrayBuffer> {
  const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEANl9ngAAAAABJRU5ErkJggg==";
  return new Uint8Array([...Buffer.from(png, "base64"), ...Buffer.from(trailer)]);
}

export interface TestServerOptions {
  worker?: string;
  checkpoint?: string;
  limits?: Partial<Limits>;
  timing?: Partial<Timing>;
  dataFolder?: string;
  privateUrls?: boolean;
  access?: AccessConfig;
  log?: Log;
  network?: Network;
  /** As on the command line. */
  flags?: readonly string[];
  tunnelTiming?: TunnelTiming;
}

interface RequestOptions {
  method?: string;
  body?: BodyInit;
  headers?: Record<string, string>;
}

/** The real server on a free port, with real files in a folder of its own; only the pages and, by default, the model are stand-ins. */
export class TestServer implements AsyncDisposable {
  readonly port: number;
  readonly engine: LocalEngine;
  readonly dataFolder: string;
  readonly tunnel: Tunnel | undefined;
  readonly routes: RunningServer["routes"];
  /** Of the public link. */
  readonly password: string | undefined;
  readonly #close: () => Promise<void>;

  private constructor({ running, engine, dataFolder, password }: { running: RunningServer; engine: LocalEngine; dataFolder: string; password: string | undefined }) {
    this.port = running.port;
    this.engine = engine;
    this.dataFolder = dataFolder;
    this.tunnel = running.tunnel;
    this.routes = running.routes;
    this.password = password;
    this.#close = () => running.close();
  }

  static async start(options: TestServerOptions = {}): Promise<TestServer> {
    const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), "demo-server-")));
    const config = testConfig(dataFolder, options);
    const engine = new LocalEngine({ entry: config.worker, checkpoint: config.checkpoint, device: "cpu" }, config.timing, silentLog);
    const page: Page = {
      handle: (_, response) => {
        response.end("the page");
        return Promise.resolve();
      },
    };
    const running = await startServer({
      config,
      log: options.log ?? silentLog,
      startEngine: () => engine,
      startPage: () => page,
      ...(options.network && { network: options.network }),
      ...(options.tunnelTiming && { tunnelTiming: options.tunnelTiming }),
    });
    return new TestServer({ running, engine, dataFolder, password: config.share.password });
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get uploads(): string {
    return join(this.dataFolder, "uploads");
  }

  /** Waits until the model is loaded. */
  async ready(): Promise<void> {
    while (this.engine.status().state !== "ready") {
      await new Promise<void>((resolve) => {
        const stop = this.engine.onStatus(() => {
          stop();
          resolve();
        });
      });
    }
  }

  async health(): Promise<unknown> {
    return (await fetch(`${this.origin}/healthz`)).json();
  }

  /** A browser's first visit: the cookie that it gets. */
  async visit(): Promise<string> {
    const response = await fetch(`${this.origin}/api/config`);
    return response.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  }

  /** A request as the page makes it. */
  fetch(path: string, cookie: string, { headers, ...init }: RequestOptions = {}): Promise<Response> {
    return fetch(`${this.origin}${path}`, { ...init, headers: { Cookie: cookie, Origin: this.origin, ...headers } });
  }

  upload(cookie: string, bytes: Uint8Array<ArrayBuffer>, name: string): Promise<Response> {
    const form = new FormData();
    form.append("file", new Blob([bytes]), name);
    return this.fetch("/api/media", cookie, { method: "POST", body: form });
  }

  /** Every file below the upload folder. */
  async storedFiles(): Promise<string[]> {
    const entries = await readdir(this.uploads, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  }

  close(): Promise<void> {
    return this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    await rm(this.dataFolder, { recursive: true, force: true });
  }
}

export function testConfig(dataFolder: string, options: TestServerOptions = {}): Config {
  const line = parseCommandLine(["--server-port", "0", "--worker", options.worker ?? fakeWorker, ...(options.flags ?? [])], { QWEN_DEMO_DATA_DIR: dataFolder, QWEN_DEMO_FREE_BYTES: "0" });
  if (!line.run) throw new Error(line.text);
  const { config } = line;
  return {
    ...config,
    checkpoint: options.checkpoint ?? config.checkpoint,
    privateUrls: options.privateUrls ?? config.privateUrls,
    access: options.access ?? config.access,
    limits: { ...config.limits, ...options.limits },
    timing: { ...config.timing, drain: 0, ...options.timing },
  };
}

/** A page's end of the WebSocket, which keeps everything it hears. */
export class TestPage implements AsyncDisposable {
  readonly messages: ServerMessage[] = [];
  readonly socket: WebSocket;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  #wake: () => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data: Buffer) => {
      this.messages.push(serverMessageSchema.parse(JSON.parse(data.toString("utf8"))));
      this.#wake();
    });
    this.closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
  }

  static async open(server: TestServer, cookie: string): Promise<TestPage> {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, { origin: server.origin, headers: { Cookie: cookie } });
    const page = new TestPage(socket);
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return page;
  }

  send(message: ClientMessage | Record<string, unknown>): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Asks for an answer to one message. */
  ask(run: string, ...content: (ChatPart | string)[]): void {
    const parts = content.map((part): ChatPart => (typeof part === "string" ? { type: "text", text: part } : part));
    this.send({ type: "generate", run, messages: [{ role: "user", content: parts }], settings: { sampling: { greedy: true }, stop: [], add_vision_id: false } });
  }

  /** The first message, old or new, that passes the test. */
  async until(test: (message: ServerMessage) => boolean): Promise<ServerMessage> {
    for (;;) {
      const found = this.messages.find(test);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  events(run: string): Extract<ServerMessage, { type: "event" }>[] {
    return this.messages.filter((message) => message.type === "event").filter((message) => message.run === run);
  }

  /** The last event of a run, once it is there. */
  async end(run: string): Promise<Extract<ServerMessage, { type: "event" }>["event"]> {
    const message = await this.until((candidate) => candidate.type === "event" && candidate.run === run && ["finish", "error"].includes(candidate.event.type));
    if (message.type !== "event") throw new Error("unreachable");
    return message.event;
  }

  text(run: string): string {
    return this.events(run).map(({ event }) => (event.type === "text" ? event.delta : "")).join("");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }
}
