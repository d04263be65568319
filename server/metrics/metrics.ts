import { monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { GenerationEvent } from "../../inference/events.ts";
import { openFiles, residentMemory } from "./processes.ts";

/** What is looked up when somebody asks for the metrics. */
export interface MetricsSources {
  load: () => { active: number; queued: number };
  sockets: () => number;
  /** Uploads that are kept. */
  media: () => { bytes: number };
  ready: () => boolean;
  /** Of the engine, where it is a process of ours. */
  workerPid: () => number | undefined;
}

/** One request that was answered, or given up. */
export interface RequestRecord {
  method: string;
  /** The route's pattern, so that there are only so many. */
  route: string;
  status: number;
  seconds: number;
}

/** One answer that is over. */
export interface RunRecord {
  last: GenerationEvent;
  /** In the queue. */
  waited: number;
}

const knownMethods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** What Prometheus is told: figures of the server, its answers and its worker. Names and units follow its conventions. */
export class Metrics implements Disposable {
  readonly #registry = new Registry();
  readonly #lag = monitorEventLoopDelay({ resolution: 10 });
  readonly #requests = this.#counter("http_requests_total", "HTTP requests by route.", ["method", "route", "status"]);
  readonly #requestSeconds = this.#histogram("http_request_duration_seconds", "Until the end of an HTTP answer.", [0.005, 0.025, 0.1, 0.25, 1, 5, 30, 120]);
  readonly #runs = this.#counter("runs_total", "Answers that are over, by how they ended: a finish reason or an error's code.", ["outcome"]);
  readonly #refusals = this.#counter("runs_refused_total", "Answers that were refused because too many wait.");
  readonly #waits = this.#histogram("queue_wait_seconds", "In the queue, until an answer began.", [0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]);
  readonly #tokens = this.#counter("tokens_total", "Tokens read and written; image, video and cached ones are part of the prompt's.", ["kind"]);
  readonly #firstToken = this.#histogram("first_token_seconds", "From the start of an answer's work to its first token.", [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60]);
  readonly #speed = this.#histogram("decode_tokens_per_second", "How fast an answer was written.", [1, 2, 5, 10, 20, 40, 80, 160, 320]);
  readonly #restarts = this.#counter("worker_restarts_total", "How often the worker ended and was started again.");

  constructor(sources: MetricsSources) {
    this.#lag.enable();
    const gauge = (name: string, help: string, value: () => number | undefined): void => {
      const metric: Gauge = new Gauge({
        name: `qwen3vl_${name}`,
        help,
        registers: [this.#registry],
        collect: () => {
          const now = value();
          if (now === undefined) metric.remove();
          else metric.set(now);
        },
      });
    };
    gauge("runs_running", "Answers that are being written.", () => sources.load().active);
    gauge("runs_waiting", "Answers that wait for a slot.", () => sources.load().queued);
    gauge("websockets", "Pages that are connected.", sources.sockets);
    gauge("media_bytes", "Uploads that are kept.", () => sources.media().bytes);
    gauge("engine_ready", "1 when the model can answer.", () => Number(sources.ready()));
    gauge("server_memory_bytes", "Resident memory of the server.", () => process.memoryUsage.rss());
    gauge("worker_memory_bytes", "Resident memory of the worker.", () => residentMemory(sources.workerPid()));
    gauge("open_files", "File descriptors of the server.", openFiles);
    gauge("cpu_seconds", "Processor time of the server since its start.", () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6);
    gauge("uptime_seconds", "Since the server's start.", () => process.uptime());
    gauge("event_loop_lag_p99_seconds", "How late the server's timers are, since the last time it was asked.", () => {
      const lag = this.#lag.percentile(99) / 1e9;
      this.#lag.reset();
      return lag;
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  request({ method, route, status, seconds }: RequestRecord): void {
    this.#requests.inc({ method: knownMethods.has(method) ? method : "other", route, status: String(status) });
    this.#requestSeconds.observe(seconds);
  }

  run({ last, waited }: RunRecord): void {
    this.#waits.observe(waited);
    if (last.type === "error") this.#runs.inc({ outcome: last.error.code });
    if (last.type !== "finish") return;
    const { reason, usage, timings } = last;
    this.#runs.inc({ outcome: reason });
    this.#tokens.inc({ kind: "prompt" }, usage.prompt_tokens);
    this.#tokens.inc({ kind: "completion" }, usage.completion_tokens);
    this.#tokens.inc({ kind: "image" }, usage.image_tokens);
    this.#tokens.inc({ kind: "video" }, usage.video_tokens);
    this.#tokens.inc({ kind: "cached" }, usage.cached_tokens);
    if (usage.completion_tokens > 0) this.#firstToken.observe(timings.first_token_ms / 1000);
    if (usage.completion_tokens > 1) this.#speed.observe(timings.tokens_per_second);
  }

  refusal(): void {
    this.#refusals.inc();
  }

  restart(): void {
    this.#restarts.inc();
  }

  [Symbol.dispose](): void {
    this.#lag.disable();
  }

  #counter<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name: `qwen3vl_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name: `qwen3vl_${name}`, help, buckets, registers: [this.#registry] });
  }
}
