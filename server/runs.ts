import { EngineError, toWireError, type WireError } from "../inference/errors.ts";
import type { Limits, Timing } from "./config.ts";
import { abortedEvent } from "./engine/events.ts";
import type { Engine } from "./engine/types.ts";
import { isDefect } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Monitor } from "./metrics/monitor.ts";
import type { MediaStore } from "./media/store.ts";
import { checkMediaNeeds } from "./mediaNeeds.ts";
import type { UploadedMedia } from "./protocol.ts";
import { Queue, queueFull, type Place } from "./queue.ts";
import { checkLimits, resolveRequest, withUserNames, type ChatRequest } from "./resolve.ts";
import { Run } from "./run.ts";

export interface RunsOptions {
  engine: Engine;
  store: MediaStore;
  limits: Limits;
  timing: Timing;
  log: Log;
  monitor: Monitor;
}

/** Of one session, after their end. */
const retainedRuns = 16;

/** All answers that are waiting, running or just over, each with the session it belongs to. */
export class Runs {
  readonly #options: RunsOptions;
  readonly #queue: Queue;
  readonly #runs = new Map<string, Run>();
  readonly #waiting = new Set<Run>();
  #closed = false;

  constructor(options: RunsOptions) {
    this.#options = options;
    this.#queue = new Queue(options.limits.concurrentRuns, options.limits.queue);
  }

  get active(): number {
    return this.#queue.running;
  }

  get queued(): number {
    return this.#queue.waiting;
  }

  /**
   * Begins an answer; its events, failures included, come through the run.
   *
   * @throws EngineError invalid_request for a request over the limits or an id in use, queue_full for one too many of this session
   */
  start(session: string, id: string, request: ChatRequest): Run {
    const { limits, timing } = this.#options;
    const key = runKey(session, id);
    if (this.#closed) throw new EngineError("worker_unavailable");
    if (this.#runs.has(key)) throw new EngineError("invalid_request", { reason: "this answer was asked for already" });
    checkLimits(request, limits);
    const own = [...this.#runs].filter(([, run]) => run.session === session);
    const active = own.filter(([, run]) => !run.ended).length;
    this.#requireRoom(active);
    // However fast a session asks and stops, it does not fill the memory.
    for (const [oldKey] of own.filter(([, { ended }]) => ended).slice(0, -retainedRuns)) this.#runs.delete(oldKey);

    const run = new Run(session, timing);
    this.#runs.set(key, run);
    void this.#carryOut(run, request).finally(() => {
      // Nobody's process should wait for a memory that is kept for convenience.
      setTimeout(() => {
        if (this.#runs.get(key) === run) this.#runs.delete(key);
      }, timing.retention).unref();
    });
    return run;
  }

  /** The session's own run, or nothing. */
  find(session: string, id: string): Run | undefined {
    return this.#runs.get(runKey(session, id));
  }

  /** Lets go of a run that is over and that nobody will ask for again. */
  forget(session: string, id: string): void {
    this.#runs.delete(runKey(session, id));
  }

  /**
   * Takes nothing more. Who waits, or is followed by nobody, is stopped at once; the other answers may end by themselves while
   * the drain time lasts. Resolves when all have ended, or `grace` milliseconds after the last were stopped.
   */
  async close(grace: number): Promise<void> {
    this.#closed = true;
    const unended = [...this.#runs.values()].filter((run) => !run.ended);
    for (const run of unended) if (this.#waiting.has(run) || !run.followed) run.stop();
    const ended = Promise.all(unended.map((run) => run.end));
    await within(this.#options.timing.drain, ended);
    for (const run of unended) run.stop();
    await within(grace, ended);
  }

  #requireRoom(active: number): void {
    const { limits, monitor } = this.#options;
    try {
      if (active >= limits.runsPerSession) throw queueFull(limits.runsPerSession, this.#queue.estimate(1));
      this.#queue.requireRoom();
    } catch (fault) {
      monitor.refusal();
      throw fault;
    }
  }

  async #carryOut(run: Run, request: ChatRequest): Promise<void> {
    const { engine, store, limits, log, monitor } = this.#options;
    const asked = performance.now();
    let waited: number | undefined;
    let media: ReadonlyMap<string, UploadedMedia> = new Map();
    const fail = (error: WireError): void => run.push({ type: "error", error: withUserNames(error, media) });
    try {
      const moved = ({ position, seconds }: Place): void => run.push({ type: "phase", phase: { name: "queued", position, ...(seconds !== undefined && { seconds }) } });
      this.#waiting.add(run);
      using slot = await this.#queue.enter({ owner: run.session, signal: run.signal, moved }).finally(() => this.#waiting.delete(run));
      waited = (performance.now() - asked) / 1000;
      if (slot === undefined) { run.push(abortedEvent); return; }
      if (engine.status().state !== "ready") moved({ position: 1, seconds: undefined });
      const resolved = await resolveRequest(request, store, run.session);
      media = resolved.media;
      checkMediaNeeds(request.messages, media, { status: engine.status(), limits });
      for await (const event of engine.generate(resolved.request, run.signal)) {
        if (event.type === "error") fail(event.error);
        else run.push(event);
      }
    } catch (fault) {
      if (isDefect(fault)) log.fault("run", fault);
      fail(toWireError(fault));
    } finally {
      // An engine that broke its promise must not leave anybody waiting.
      if (!run.ended) fail({ code: "internal", params: {} });
      if (run.last !== undefined) monitor.run({ last: run.last, waited: waited ?? 0 });
    }
  }
}

/** Resolves with the work, or after this many milliseconds. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

function runKey(session: string, id: string): string {
  return `${session}/${id}`;
}
