/** Watches streamed text for stop strings and holds back only what may be the beginning of one. */
export class StopStrings {
  readonly #stops: readonly string[];
  #held = "";
  #stopped = false;

  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop !== "");
  }

  /** The text that can be shown. Once `stopped`, it ends before the stop string, and later text is dropped. */
  push(text: string): { text: string; stopped: boolean } {
    if (this.#stopped) return { text: "", stopped: true };
    this.#held += text;
    const found = this.#stops.map((stop) => this.#held.indexOf(stop)).filter((place) => place >= 0);
    if (found.length > 0) {
      this.#stopped = true;
      const shown = this.#held.slice(0, Math.min(...found));
      this.#held = "";
      return { text: shown, stopped: true };
    }
    const end = this.#held.length - this.#heldBack();
    const shown = this.#held.slice(0, end);
    this.#held = this.#held.slice(end);
    return { text: shown, stopped: false };
  }

  /** What was held back, when generation ended for another reason. */
  flush(): string {
    const rest = this.#held;
    this.#held = "";
    return rest;
  }

  /** The length of the longest end of the held text that begins a stop string. */
  #heldBack(): number {
    const longest = Math.max(0, ...this.#stops.map((stop) => stop.length - 1));
    for (let length = Math.min(longest, this.#held.length); length > 0; length -= 1) {
      const end = this.#held.slice(-length);
      if (this.#stops.some((stop) => stop.startsWith(end))) return length;
    }
    return 0;
  }
}
