import type { RawData, WebSocket } from "ws";
import { EngineError, toWireError } from "../../inference/errors.ts";
import type { Timing } from "../config.ts";
import { isLast } from "../engine/events.ts";
import { clientMessageSchema, runIdSchema, type ClientMessage, type EngineStatus, type ServerMessage } from "../protocol.ts";
import type { FrameWatch } from "./frameWatch.ts";
import type { Run } from "../run.ts";
import type { Runs } from "../runs.ts";

/** Above this, a reader is slower than the answer, and the rest waits in the run's record. */
const bufferedBytes = 1024 * 1024;
const missedPings = 2;

/** Close codes of RFC 6455. */
const goingAway = 1001;
const tryAgainLater = 1013;
const policyViolation = 1008;
/** Ours, after HTTP's 401: the login is over. */
const loggedOut = 4401;

export interface ConnectionOptions {
  /** The owner of what is asked for here. */
  session: string;
  runs: Runs;
  timing: Timing;
  /** Has seen every byte that came. */
  watch: FrameWatch;
  /** Whether who opened it may still be in. */
  isAdmitted: () => boolean;
}

interface Reader {
  run: Run;
  /** Sequence number of the next event to send. */
  next: number;
  unsubscribe: () => void;
}

/** One page's socket: parses what comes, reads runs out at the pace of its peer, and ends when the peer is gone. */
export class Connection {
  readonly session: string;
  readonly #socket: WebSocket;
  readonly #runs: Runs;
  readonly #readers = new Map<string, Reader>();
  readonly #isAdmitted: () => boolean;
  readonly #timers: NodeJS.Timeout[];
  #unansweredPings = 0;
  /** What the socket still held when it was last looked at; unchanged for long means that the peer stopped reading. */
  #heldBefore = 0;

  constructor(socket: WebSocket, { session, runs, timing, watch, isAdmitted }: ConnectionOptions) {
    this.session = session;
    this.#socket = socket;
    this.#runs = runs;
    this.#isAdmitted = isAdmitted;
    this.#timers = [setInterval(() => this.#ping(), timing.ping), setInterval(() => this.#checkStall(), timing.stall), setInterval(() => this.#checkMessage(watch, timing.message), timing.message)];
    socket.on("pong", () => (this.#unansweredPings = 0));
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("error", () => undefined); // followed by close
    socket.once("close", () => this.#end());
  }

  sendStatus(status: EngineStatus): void {
    this.#send({ type: "status", status });
  }

  close(): void {
    this.#socket.close(goingAway);
  }

  /** Ends it when its login is over. */
  checkLogin(): boolean {
    if (this.#isAdmitted()) return true;
    this.#socket.close(loggedOut);
    return false;
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (!this.checkLogin()) return;
    const raw = isBinary ? undefined : parseJson(rawText(data));
    const message = clientMessageSchema.safeParse(raw);
    if (message.success) { this.#handle(message.data); return; }
    const run = runIdSchema.safeParse(raw !== null && typeof raw === "object" && "run" in raw ? raw.run : undefined);
    const issue = message.error.issues[0];
    const reason = issue === undefined || raw === undefined ? "not JSON" : `${issue.path.join(".")}: ${issue.code}`;
    this.#send({ type: "refused", ...(run.success ? { run: run.data } : {}), error: { code: "invalid_request", params: { reason } } });
  }

  #handle(message: ClientMessage): void {
    switch (message.type) {
      case "generate":
        try {
          this.#read(message.run, this.#runs.start(this.session, message.run, message), 0);
        } catch (fault) {
          if (!(fault instanceof EngineError)) throw fault;
          this.#send({ type: "refused", run: message.run, error: toWireError(fault) });
        }
        return;
      case "stop": {
        const run = this.#runs.find(this.session, message.run);
        if (run === undefined) this.#send({ type: "unknown-run", run: message.run });
        else run.stop();
        return;
      }
      case "resume": {
        const run = this.#runs.find(this.session, message.run);
        if (run === undefined) this.#send({ type: "unknown-run", run: message.run });
        else this.#read(message.run, run, message.after);
        return;
      }
    }
  }

  #read(id: string, run: Run, after: number): void {
    this.#readers.get(id)?.unsubscribe();
    const pump = (): void => this.#pump(id);
    this.#readers.set(id, { run, next: after + 1, unsubscribe: run.listen(pump) });
    pump();
  }

  /** Sends what the peer has not got yet, as far as it keeps up. */
  #pump(id: string): void {
    const reader = this.#readers.get(id);
    if (reader === undefined) return;
    const pump = (): void => this.#pump(id);
    while (this.#socket.readyState === this.#socket.OPEN && this.#socket.bufferedAmount < bufferedBytes) {
      const event = reader.run.event(reader.next);
      if (event === undefined) return;
      this.#send({ type: "event", run: id, seq: reader.next, event }, pump);
      reader.next += 1;
      if (!isLast(event)) continue;
      reader.unsubscribe();
      this.#readers.delete(id);
      return;
    }
  }

  #send(message: ServerMessage, written?: () => void): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(JSON.stringify(message), (fault) => {
      if (!(fault instanceof Error)) written?.();
    });
  }

  /** A message that comes in crumbs holds memory and is no page's. */
  #checkMessage(watch: FrameWatch, grace: number): void {
    if (!watch.isLate(grace)) return;
    this.#socket.close(policyViolation);
    setTimeout(() => this.#socket.terminate(), grace).unref();
  }

  #ping(): void {
    if (this.#unansweredPings >= missedPings) { this.#socket.terminate(); return; }
    if (!this.checkLogin()) return;
    this.#unansweredPings += 1;
    this.#socket.ping();
  }

  #checkStall(): void {
    const held = this.#socket.bufferedAmount;
    if (held >= bufferedBytes && held === this.#heldBefore) this.#drop();
    this.#heldBefore = held;
  }

  /** The page connects again and goes on where it was; `close` alone would wait behind what the peer does not read. */
  #drop(): void {
    this.#socket.close(tryAgainLater);
    this.#socket.terminate();
  }

  #end(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const { unsubscribe } of this.#readers.values()) unsubscribe();
    this.#readers.clear();
  }
}

function rawText(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString("utf8");
}

/** @returns undefined for anything that is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
