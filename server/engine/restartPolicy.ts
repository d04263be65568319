import type { Timing } from "../config.ts";

const window = 60_000;
const maxDeaths = 5;
const maxDoublings = 5;

/** When a worker that died is started again: at once, then after 1, 2, 4 … 30 s; five deaths in a minute without any work done open the breaker. */
export class RestartPolicy {
  readonly #timing: Pick<Timing, "backoff" | "breaker">;
  readonly #now: () => number;
  #deaths: number[] = [];

  /** @param now milliseconds of a monotonic clock: the wall clock may jump. */
  constructor(timing: Pick<Timing, "backoff" | "breaker">, now: () => number = () => performance.now()) {
    this.#timing = timing;
    this.#now = now;
  }

  /** The worker finished something, so it is no crash loop. */
  worked(): void {
    this.#deaths = [];
  }

  died(): { open: boolean; delay: number } {
    const now = this.#now();
    this.#deaths = [...this.#deaths.filter((time) => now - time < window), now];
    const count = this.#deaths.length;
    if (count >= maxDeaths) {
      // After the pause, one death is enough to open it again.
      this.#deaths = Array.from({ length: maxDeaths - 1 }, () => now + this.#timing.breaker);
      return { open: true, delay: this.#timing.breaker };
    }
    const doublings = Math.min(count - 2, maxDoublings);
    return { open: false, delay: count === 1 ? 0 : Math.min(30 * this.#timing.backoff, this.#timing.backoff * 2 ** doublings) };
  }
}
