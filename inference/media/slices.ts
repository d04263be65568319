import { setImmediate } from "node:timers/promises";

/** Work at a stretch before the event loop gets its turn, in milliseconds. */
const sliceMs = 12;

/**
 * Divides long work into slices of about 12 ms, between which other events are served:
 * `if (slices.isOver()) await slices.yield()`.
 */
export class Slices {
  #end = performance.now() + sliceMs;
  readonly #signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  isOver(): boolean {
    return performance.now() >= this.#end;
  }

  /** @throws what the signal was aborted with. */
  async yield(): Promise<void> {
    await setImmediate();
    this.#signal?.throwIfAborted();
    this.#end = performance.now() + sliceMs;
  }
}
