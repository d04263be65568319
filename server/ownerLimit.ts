import { HttpFault } from "./errors.ts";

/** How many pieces of one kind of work each owner may have under way. */
export class OwnerLimit {
  readonly #most: number;
  readonly #running = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Dispose what it gives when the work is over. @throws HttpFault rate_limited for one too many */
  enter(owner: string): Disposable {
    const running = this.#running.get(owner) ?? 0;
    if (running >= this.#most) throw new HttpFault("rate_limited");
    this.#running.set(owner, running + 1);
    return { [Symbol.dispose]: () => this.#leave(owner) };
  }

  #leave(owner: string): void {
    const left = (this.#running.get(owner) ?? 1) - 1;
    if (left === 0) this.#running.delete(owner);
    else this.#running.set(owner, left);
  }
}
