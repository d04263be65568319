import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import { EngineError, type WireError } from "../../inference/errors.ts";
import type { GenerationRequest, MediaPart } from "../../inference/conversation.ts";
import type { GenerationEvent, MediaInfo } from "../../inference/events.ts";
import type { FitOptions } from "../../inference/media/fit.ts";
import type { FittedMedium } from "../../inference/media/fitted.ts";
import type { FromWorker, ToWorker } from "../../inference/protocol.ts";
import { deviceNames } from "../../inference/runtime/types.ts";
import type { Timing } from "../config.ts";
import type { Log } from "../log.ts";
import type { EngineStatus } from "../protocol.ts";
import { abortedEvent, isLast } from "./events.ts";
import { EventStream } from "./eventStream.ts";
import { RestartPolicy } from "./restartPolicy.ts";
import type { Engine, FileToInspect } from "./types.ts";
import { WorkerProcess, type WorkerOptions } from "./workerProcess.ts";

interface Generation {
  events: EventStream<GenerationEvent>;
  signal: AbortSignal;
}

/** Something with an answer of one message. */
interface Job {
  resolve: (answer: FromWorker) => void;
  reject: (fault: EngineError) => void;
}

type Order = Extract<ToWorker, { type: "inspect" | "fit" | "count" }>;

const restarted: WireError = { code: "worker_restarted", params: {} };
const unavailable: WireError = { code: "worker_unavailable", params: {} };
const shutdownGrace = 3000;

/**
 * The engine in a child process. When it dies, whatever it was doing ends with `worker_restarted` at once,
 * and a new one is started; requests made meanwhile wait for it.
 */
export class LocalEngine implements Engine {
  readonly #options: WorkerOptions;
  readonly #timing: Timing;
  readonly #log: Log;
  readonly #restarts: RestartPolicy;
  readonly #listeners = new Set<(status: EngineStatus) => void>();
  readonly #generations = new Map<string, Generation>();
  readonly #jobs = new Map<string, Job>();
  #status: EngineStatus = { state: "loading", loading: { stage: "reading", fraction: 0 } };
  /** A worker ended while it had a GPU, or was trying one: the next goes without. */
  #gpuFailed = false;
  #worker: WorkerProcess | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  /** When the worker was given work, or reported some, in milliseconds of a monotonic clock. */
  #news = 0;
  #disposed = false;

  constructor(options: WorkerOptions, timing: Timing, log: Log) {
    this.#options = options;
    this.#timing = timing;
    this.#log = log;
    this.#restarts = new RestartPolicy(timing);
    this.#start();
  }

  /** For tests and logs. */
  get workerPid(): number | undefined {
    return this.#worker?.pid;
  }

  status(): EngineStatus {
    return this.#status;
  }

  onStatus(listener: (status: EngineStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A request that a dying worker never began is given to the next one, once: it may be what the worker dies of. */
  async *generate(request: GenerationRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent> {
    for (const isLast of [false, true]) {
      let begun = false;
      let lost = false;
      for await (const event of this.#attempt(request, signal)) {
        lost = !begun && !isLast && event.type === "error" && event.error.code === restarted.code;
        begun = true;
        if (!lost) yield event;
      }
      if (!lost) return;
    }
  }

  async *#attempt(request: GenerationRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent> {
    const refusal = await this.#ready(signal);
    if (refusal !== undefined) {
      yield refusal;
      return;
    }
    const id = randomUUID();
    const events = new EventStream<GenerationEvent>();
    this.#generations.set(id, { events, signal });
    const worker = this.#worker;
    let overdue: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      worker?.send({ type: "cancel", id });
      overdue = setTimeout(() => worker?.kill(), this.#timing.cancel);
    };
    signal.addEventListener("abort", cancel);
    try {
      worker?.send({ type: "generate", id, request });
      this.#watch();
      yield* events;
    } finally {
      signal.removeEventListener("abort", cancel);
      clearTimeout(overdue);
      // Whoever stops listening early has no more use for the answer.
      if (this.#generations.delete(id)) worker?.send({ type: "cancel", id });
      this.#watch();
    }
  }

  /** A worker that is being started again is waited for. */
  async inspect(file: FileToInspect): Promise<MediaInfo> {
    const { poster, ...rest } = file;
    const answer = await this.#order({ type: "inspect", id: randomUUID(), ...rest, ...(file.kind === "video" ? { poster } : {}) });
    if (answer.type !== "inspected") throw new EngineError("internal");
    return answer.info;
  }

  /**
   * Reduces a medium to what the model is to see of it; see `fitMedium`. The files are the caller's.
   *
   * @throws EngineError as `inspect`; what `signal` was aborted with
   */
  async fit(part: MediaPart, { signal, ...options }: FitOptions & { signal: AbortSignal }): Promise<FittedMedium> {
    const answer = await this.#orderUnlessAborted({ type: "fit", id: randomUUID(), part, ...options }, signal);
    if (answer.type !== "fitted") throw new EngineError("internal");
    return answer.medium;
  }

  async countTokens(texts: readonly string[], signal: AbortSignal): Promise<readonly number[]> {
    const count = (): Promise<FromWorker> => this.#orderUnlessAborted({ type: "count", id: randomUUID(), texts: [...texts] }, signal);
    // It was not the texts of which the worker died: the next one may count them.
    const answer = await count().catch((fault: unknown) => {
      if (fault instanceof EngineError && fault.code === "worker_restarted") return count();
      throw fault;
    });
    if (answer.type !== "counted") throw new EngineError("internal");
    return answer.counts;
  }

  async #orderUnlessAborted(order: Order, signal: AbortSignal): Promise<FromWorker> {
    const cancel = (): void => this.#worker?.send({ type: "cancel", id: order.id });
    signal.addEventListener("abort", cancel);
    try {
      return await this.#order(order, signal);
    } catch (fault) {
      signal.throwIfAborted();
      throw fault;
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  }

  async #order(order: Order, signal?: AbortSignal): Promise<FromWorker> {
    await this.#restarted();
    signal?.throwIfAborted();
    if (this.#status.state === "unusable") throw fromWire(this.#status.error);
    const worker = this.#worker;
    if (worker === undefined) throw fromWire(restarted);
    return new Promise((resolve, reject) => {
      this.#jobs.set(order.id, { resolve, reject });
      worker.send(order);
      this.#watch();
    });
  }

  async #restarted(): Promise<void> {
    while (this.#status.state === "restarting" && !this.#disposed) {
      await new Promise<void>((resolve) => {
        const stop = this.onStatus(() => {
          stop();
          resolve();
        });
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#restartTimer);
    await this.#worker?.shutdown(shutdownGrace);
    clearTimeout(this.#watchdog);
    for (const listener of this.#listeners) listener(this.#status); // whoever waits for a worker learns that none comes
    this.#listeners.clear();
  }

  #start(): void {
    this.#worker = new WorkerProcess(
      this.#gpuFailed ? { ...this.#options, device: "cpu" } : this.#options,
      { message: (message) => this.#receive(message), exit: (reason) => this.#exited(reason) },
      this.#log,
    );
    this.#watch();
  }

  #receive(message: FromWorker): void {
    if (message.type !== "beat") this.#watch();
    else if (performance.now() - this.#news < this.#timing.longestStep) this.#awaitSign();
    switch (message.type) {
      case "loading":
        { this.#become({ state: "loading", loading: message.loading }); return; }
      case "ready":
        { this.#become({ state: "ready", info: message.info }); return; }
      case "unusable":
        this.#become({ state: "unusable", error: withoutPath(message.error) });
        return this.#worker?.kill();
      case "event":
        { this.#pass(message.id, message.event); return; }
      case "inspected":
      case "counted":
      case "fitted": {
        this.#restarts.worked();
        const job = this.#jobs.get(message.id);
        this.#jobs.delete(message.id);
        return job?.resolve(message);
      }
      case "refused":
        { this.#refused(message.id, message.error); return; }
      case "beat":
        return;
    }
  }

  #refused(id: string, error: WireError): void {
    const stopped = this.#generations.get(id)?.signal.aborted === true;
    this.#pass(id, stopped ? abortedEvent : { type: "error", error });
    this.#jobs.get(id)?.reject(fromWire(error));
    this.#jobs.delete(id);
  }

  #pass(id: string, event: GenerationEvent): void {
    const events = this.#generations.get(id)?.events;
    if (events === undefined) return;
    events.push(event);
    if (!isLast(event)) return;
    if (event.type === "finish") this.#restarts.worked();
    this.#generations.delete(id);
    events.end();
    this.#watch();
  }

  #exited(reason: string): void {
    this.#worker = undefined;
    clearTimeout(this.#watchdog);
    this.#endAll(this.#disposed ? unavailable : restarted);
    if (this.#disposed) return;
    // A checkpoint that cannot be loaded would only fail again.
    if (this.#status.state === "unusable") return;

    const status = this.#status;
    this.#gpuFailed ||= status.state === "loading" || (status.state === "ready" && status.info.device !== deviceNames.cpu);
    const next = this.#restarts.died();
    this.#log.info(`The worker ended (${reason}); ${next.open ? "it keeps ending and is left alone for a while" : "it is started again"}.`);
    this.#become(next.open ? { state: "unusable", error: unavailable } : { state: "restarting" });
    this.#restartTimer = setTimeout(() => {
      if (next.open) this.#become({ state: "restarting" });
      this.#start();
    }, next.delay);
  }

  #endAll(error: WireError): void {
    for (const { events, signal } of this.#generations.values()) {
      events.push(signal.aborted ? abortedEvent : { type: "error", error });
      events.end();
    }
    this.#generations.clear();
    for (const job of this.#jobs.values()) job.reject(fromWire(error));
    this.#jobs.clear();
  }

  #become(status: EngineStatus): void {
    this.#status = status;
    for (const listener of this.#listeners) listener(status);
  }

  /** Nothing when the engine can take a request; else the event that ends this one. */
  #ready(signal: AbortSignal): Promise<GenerationEvent | undefined> {
    return new Promise((resolve) => {
      const settle = (event: GenerationEvent | undefined): void => {
        unsubscribe();
        signal.removeEventListener("abort", aborted);
        resolve(event);
      };
      const check = (): void => {
        if (signal.aborted) settle(abortedEvent);
        else if (this.#status.state === "ready") settle(undefined);
        else if (this.#status.state === "unusable") settle({ type: "error", error: this.#status.error });
      };
      const aborted = (): void => settle(abortedEvent);
      const unsubscribe = this.onStatus(check);
      signal.addEventListener("abort", aborted);
      check();
    });
  }

  /** Starts the count again; with nothing to do, silence is no sign of trouble. */
  #watch(): void {
    this.#news = performance.now();
    this.#awaitSign();
  }

  #awaitSign(): void {
    clearTimeout(this.#watchdog);
    const busy = this.#generations.size > 0 || this.#jobs.size > 0 || this.#status.state === "loading";
    if (!busy || this.#worker === undefined) return;
    this.#watchdog = setTimeout(() => {
      this.#log.info("The worker does not answer and is ended.");
      this.#worker?.kill();
    }, this.#timing.watchdog);
  }
}

/** The status goes to every page, and no page needs to know where on the disk a checkpoint is. */
function withoutPath({ code, params }: WireError): WireError {
  const { folder } = params;
  return { code, params: typeof folder === "string" ? { ...params, folder: basename(folder) } : params };
}

function fromWire(error: WireError): EngineError {
  return new EngineError(error.code, error.params);
}
