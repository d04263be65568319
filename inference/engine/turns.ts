/** Lets one after another in, first come first served. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #taken = false;

  /**
   * Waits for a turn, which is over when the result is disposed.
   * @param onPosition told how many are before this one, whenever that changes
   * @throws the signal's reason when aborted while waiting
   */
  async take(signal: AbortSignal, onPosition: (position: number) => void): Promise<Disposable> {
    signal.throwIfAborted();
    if (this.#taken) {
      const position = this.#waiting.length + 1;
      onPosition(position);
      await this.#wait(signal);
    }
    this.#taken = true;
    return { [Symbol.dispose]: () => this.#next() };
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(enter);
    });
  }

  #next(): void {
    const enter = this.#waiting.shift();
    this.#taken = enter !== undefined;
    enter?.();
  }
}
