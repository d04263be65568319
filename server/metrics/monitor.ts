import type { Log } from "../log.ts";
import type { Metrics, RequestRecord, RunRecord } from "./metrics.ts";

/** Everything that is counted and logged as it happens, and never what is in it. */
export class Monitor {
  readonly #metrics: Metrics;
  readonly #log: Log;

  constructor(metrics: Metrics, log: Log) {
    this.#metrics = metrics;
    this.#log = log;
  }

  request(record: RequestRecord): void {
    this.#metrics.request(record);
    const { method, route, status, seconds } = record;
    this.#log.event("request", { method, route, status, ms: Math.round(seconds * 1000) });
  }

  run(record: RunRecord): void {
    this.#metrics.run(record);
    const { last, waited } = record;
    const wait_ms = Math.round(waited * 1000);
    if (last.type === "error") this.#log.event("run", { outcome: last.error.code, wait_ms });
    if (last.type !== "finish") return;
    const { usage, timings, reason } = last;
    const { prompt_tokens, completion_tokens, image_tokens, video_tokens, cached_tokens } = usage;
    const first_token_ms = Math.round(timings.first_token_ms);
    this.#log.event("run", { outcome: reason, wait_ms, prompt_tokens, completion_tokens, image_tokens, video_tokens, cached_tokens, first_token_ms, tokens_per_second: Number(timings.tokens_per_second.toFixed(1)) });
  }

  refusal(): void {
    this.#metrics.refusal();
    this.#log.event("run", { outcome: "refused" });
  }

  restart(): void {
    this.#metrics.restart();
    this.#log.event("worker", { outcome: "restarted" });
  }

  logIn(outcome: "right" | "wrong" | "limited"): void {
    this.#log.event("login", { outcome });
  }
}
