import { serverMessageSchema, type ClientMessage, type ServerMessage } from "../../server/protocol.ts";

export type Connection = "connecting" | "open" | "lost";
export type GenerateMessage = Extract<ClientMessage, { type: "generate" }>;

/** What the socket tells its owner: messages of runs that are followed, each event once and in order, and how the line is. */
export type SocketReport = ServerMessage | { type: "connection"; connection: Connection };

/** The part of the browser's WebSocket that is used, so that a test can bring its own. */
export interface WebSocketLike extends Pick<WebSocket, "send" | "close"> {
  readonly readyState: number;
  onopen: ((event: Event) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: Event) => void) | null;
}

export interface ChatSocketOptions {
  connect: () => WebSocketLike;
  report: (report: SocketReport) => void;
  /** Milliseconds before the n-th attempt, n from 0. */
  delay?: (attempt: number) => number;
}

interface Run {
  /** The last event that was reported. */
  last: number;
  /** Known while it may have to be sent (again). */
  request: GenerateMessage | undefined;
  /** Whether the request went out on some connection, so that the server may know it. */
  sent: boolean;
  stop: boolean;
  /** A gap was seen and the missing events were asked for. */
  asked: boolean;
}

const open = 1;

/** Doubling from a quarter of a second to eight seconds, spread by a quarter so that many pages don't knock at once. */
export function backoff(attempt: number): number {
  return Math.min(250 * 2 ** attempt, 8000) * (0.75 + Math.random() / 2);
}

/**
 * The line to the server. It follows every unfinished run over lost connections: on each new connection it asks for the events
 * after the last one it reported (`resume`), sends requests that never got out, and drops what arrives twice.
 */
export class ChatSocket {
  readonly #options: ChatSocketOptions;
  readonly #runs = new Map<string, Run>();
  #socket: WebSocketLike | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #started = false;

  constructor(options: ChatSocketOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#connect();
  }

  /** Lets the line go; runs are kept, and `start` takes them up again. */
  [Symbol.dispose](): void {
    this.#started = false;
    clearTimeout(this.#timer);
    this.#detach()?.close();
  }

  /** Tries at once instead of at the end of the current wait, as when the network comes back. */
  hurry(): void {
    if (!this.#started || this.#socket) return;
    clearTimeout(this.#timer);
    this.#attempt = 0;
    this.#connect();
  }

  generate(request: GenerateMessage): void {
    const run: Run = { last: 0, request, sent: false, stop: false, asked: false };
    this.#runs.set(request.run, run);
    if (this.#isOpen()) this.#begin(request.run, run);
  }

  /** Takes up a run whose events up to `after` are known; `request` is sent anew where the server never heard of it. */
  resume(id: string, after: number, request?: GenerateMessage): void {
    const run: Run = { last: after, request: after === 0 ? request : undefined, sent: true, stop: false, asked: false };
    this.#runs.set(id, run);
    if (this.#isOpen()) this.#begin(id, run);
  }

  stop(id: string): void {
    const run = this.#runs.get(id);
    if (!run) return;
    run.stop = true;
    if (this.#isOpen()) this.#send({ type: "stop", run: id });
  }

  #isOpen(): boolean {
    return this.#socket?.readyState === open;
  }

  #connect(): void {
    const socket = this.#options.connect();
    this.#socket = socket;
    socket.onopen = () => {
      this.#attempt = 0;
      this.#options.report({ type: "connection", connection: "open" });
      for (const [id, run] of this.#runs) this.#begin(id, run);
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => this.#receive(data);
    // A failed connection always ends in `close` as well.
    socket.onerror = () => undefined;
    socket.onclose = () => this.#reconnect();
  }

  #reconnect(): void {
    this.#detach();
    this.#options.report({ type: "connection", connection: "lost" });
    this.#timer = setTimeout(() => this.#connect(), (this.#options.delay ?? backoff)(this.#attempt++));
  }

  #detach(): WebSocketLike | undefined {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket) socket.onopen = socket.onmessage = socket.onclose = null;
    return socket;
  }

  #begin(id: string, run: Run): void {
    run.asked = false;
    if (run.request && !run.sent) {
      run.sent = true;
      this.#send(run.request);
    } else {
      this.#send({ type: "resume", run: id, after: run.last });
    }
    if (run.stop) this.#send({ type: "stop", run: id });
  }

  #send(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #receive(data: unknown): void {
    const message = parse(data);
    if (!message) return;
    switch (message.type) {
      case "status":
        { this.#options.report(message); return; }
      case "event":
        { this.#receiveEvent(message); return; }
      case "unknown-run":
        { this.#receiveUnknown(message); return; }
      case "refused":
        if (message.run !== undefined) this.#runs.delete(message.run);
        { this.#options.report(message); return; }
    }
  }

  #receiveEvent(message: Extract<ServerMessage, { type: "event" }>): void {
    const run = this.#runs.get(message.run);
    if (!run || message.seq <= run.last) return;
    if (message.seq > run.last + 1) {
      if (!run.asked) this.#send({ type: "resume", run: message.run, after: run.last });
      run.asked = true;
      return;
    }
    run.last = message.seq;
    run.request = undefined;
    run.asked = false;
    if (message.event.type === "finish" || message.event.type === "error") this.#runs.delete(message.run);
    this.#options.report(message);
  }

  #receiveUnknown(message: Extract<ServerMessage, { type: "unknown-run" }>): void {
    const run = this.#runs.get(message.run);
    if (!run) return;
    if (run.request && !run.stop) {
      // It was lost on the way, before anything of it was answered.
      this.#send(run.request);
      return;
    }
    this.#runs.delete(message.run);
    this.#options.report(message);
  }
}

function parse(data: unknown): ServerMessage | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const parsed = serverMessageSchema.safeParse(JSON.parse(data));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
