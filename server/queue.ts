import { EngineError } from "../inference/errors.ts";

/** Where a job is that waits. */
export interface Place {
  /** 1: next. */
  position: number;
  /** Until it begins, by how long jobs took lately; undefined before the first is over. */
  seconds: number | undefined;
}

export interface Job {
  /** Whom it is for; owners take turns. */
  owner: string;
  /** Leaves the queue. */
  signal: AbortSignal;
  /** Hears where it is, at first and whenever that changes. */
  moved?: (place: Place) => void;
}

interface Waiting extends Job {
  /** Its round: no owner has two jobs in the same. */
  round: number;
  position: number;
  start: () => void;
}

/** How much the newest job counts in the average. */
const weight = 0.2;

/**
 * Lets a fixed number of jobs run at once; the others wait, up to a bound. Owners take turns, a job a round, by the tags of
 * start-time fair queueing (Goyal et al. 1996); slots that nobody else wants are used.
 */
export class Queue {
  readonly #slots: number;
  readonly #bound: number;
  readonly #now: () => number;
  /** In order of their rounds, and of arrival within one. */
  #waiting: Waiting[] = [];
  /** The round of an owner's next job, where that is later than the present one. */
  readonly #next = new Map<string, number>();
  #round = 0;
  #running = 0;
  /** Milliseconds. */
  #average: number | undefined;

  constructor(slots: number, bound: number, now: () => number = () => performance.now()) {
    this.#slots = slots;
    this.#bound = bound;
    this.#now = now;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Seconds until so many jobs more have begun, as far as that can be said. */
  estimate(jobs: number): number | undefined {
    return this.#average === undefined ? undefined : Math.max(1, Math.round((this.#average * jobs) / this.#slots / 1000));
  }

  /** @throws EngineError queue_full when the next one would have to be refused. */
  requireRoom(): void {
    if (this.#running >= this.#slots && this.#waiting.length >= this.#bound) throw queueFull(this.#bound, this.estimate(1));
  }

  /**
   * Waits for a slot; dispose it to let the next one in.
   *
   * @throws EngineError queue_full at once, when too many wait already.
   * @returns undefined when the job's signal was aborted first.
   */
  enter(job: Job): Promise<Disposable | undefined> {
    if (job.signal.aborted) return Promise.resolve(undefined);
    this.requireRoom();
    const round = Math.max(this.#round, this.#next.get(job.owner) ?? 0);
    this.#next.set(job.owner, round + 1);
    if (this.#running < this.#slots) return Promise.resolve(this.#occupy(round));
    return new Promise((resolve) => {
      const leave = (): void => {
        this.#remove(entry);
        resolve(undefined);
      };
      const entry: Waiting = {
        ...job,
        round,
        position: 0,
        start: () => {
          job.signal.removeEventListener("abort", leave);
          resolve(this.#occupy(round));
        },
      };
      job.signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(entry);
      this.#arrange();
    });
  }

  #occupy(round: number): Disposable {
    const began = this.#now();
    this.#running += 1;
    this.#round = Math.max(this.#round, round);
    for (const [owner, next] of this.#next) if (next <= this.#round) this.#next.delete(owner);
    let occupied = true;
    return {
      [Symbol.dispose]: () => {
        if (!occupied) return;
        occupied = false;
        const took = this.#now() - began;
        this.#average = this.#average === undefined ? took : this.#average + weight * (took - this.#average);
        this.#running -= 1;
        this.#waiting.shift()?.start();
        this.#arrange();
      },
    };
  }

  /** The turn of who leaves is not lost: the owner's other jobs move up. */
  #remove(left: Waiting): void {
    this.#waiting = this.#waiting.filter((entry) => entry !== left);
    for (const entry of this.#waiting) if (entry.owner === left.owner && entry.round > left.round) entry.round -= 1;
    const next = this.#next.get(left.owner);
    if (next !== undefined) this.#next.set(left.owner, next - 1);
    this.#arrange();
  }

  #arrange(): void {
    this.#waiting.sort((one, other) => one.round - other.round);
    for (const [index, entry] of this.#waiting.entries()) {
      if (entry.position === index + 1) continue;
      entry.position = index + 1;
      entry.moved?.({ position: entry.position, seconds: this.estimate(entry.position) });
    }
  }
}

/** @param seconds after which it makes sense to try again */
export function queueFull(limit: number, seconds: number | undefined): EngineError {
  return new EngineError("queue_full", { limit, ...(seconds !== undefined && { seconds }) });
}
