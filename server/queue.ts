import { EngineError } from "../inference/errors.ts";

interface Waiting {
  start: () => void;
  /** 1: next. */
  moved: (position: number) => void;
}

/** Lets a fixed number of jobs run at once; the others wait in order of arrival, up to a bound. */
export class Queue {
  readonly #slots: number;
  readonly #bound: number;
  readonly #waiting: Waiting[] = [];
  #running = 0;

  constructor(slots: number, bound: number) {
    this.#slots = slots;
    this.#bound = bound;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Waits for a slot; dispose it to let the next one in. `moved` hears the position in the queue, 1 for the next.
   *
   * @throws EngineError queue_full at once, when too many wait already.
   * @returns undefined when `signal` was aborted first.
   */
  async enter(signal: AbortSignal, moved: (position: number) => void): Promise<Disposable | undefined> {
    if (signal.aborted) return undefined;
    if (this.#running < this.#slots) return this.#occupy();
    if (this.#waiting.length >= this.#bound) throw new EngineError("queue_full", { limit: this.#bound });
    return new Promise((resolve) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        this.#announce();
        resolve(undefined);
      };
      const entry: Waiting = {
        moved,
        start: () => {
          signal.removeEventListener("abort", leave);
          resolve(this.#occupy());
        },
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(entry);
      moved(this.#waiting.length);
    });
  }

  #occupy(): Disposable {
    this.#running += 1;
    let occupied = true;
    return {
      [Symbol.dispose]: () => {
        if (!occupied) return;
        occupied = false;
        this.#running -= 1;
        this.#waiting.shift()?.start();
        this.#announce();
      },
    };
  }

  #announce(): void {
    for (const [index, { moved }] of this.#waiting.entries()) moved(index + 1);
  }
}
