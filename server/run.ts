import type { GenerationEvent } from "../inference/events.ts";
import type { Timing } from "./config.ts";
import { isLast } from "./engine/events.ts";

/**
 * One answer: the record of its events, from which any number of listeners read at their own speed.
 * An event's sequence number is its place in the record, counted from 1. Text is passed on a few dozen times
 * a second, however fast the tokens come. A run that nobody listens to for a while is stopped.
 */
export class Run {
  readonly session: string;
  /** Resolves with the last event. */
  readonly end: Promise<void>;
  readonly #timing: Pick<Timing, "coalesce" | "orphan">;
  readonly #events: GenerationEvent[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #controller = new AbortController();
  #resolveEnd: () => void = () => undefined;
  #ended = false;
  #text: Omit<Extract<GenerationEvent, { type: "text" }>, "type"> | undefined;
  #flushTimer: NodeJS.Timeout | undefined;
  #orphanTimer: NodeJS.Timeout | undefined;

  constructor(session: string, timing: Pick<Timing, "coalesce" | "orphan">) {
    this.session = session;
    this.#timing = timing;
    this.end = new Promise((resolve) => {
      this.#resolveEnd = resolve;
    });
    this.#watchOrphan();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The event with this sequence number, if it happened already. */
  event(sequence: number): GenerationEvent | undefined {
    return this.#events[sequence - 1];
  }

  /** The one that ended it. */
  get last(): GenerationEvent | undefined {
    return this.#ended ? this.#events.at(-1) : undefined;
  }

  /** Whether anybody listens. */
  get followed(): boolean {
    return this.#listeners.size > 0;
  }

  stop(): void {
    this.#controller.abort();
  }

  /** `listener` is called when there are new events. @returns a function that ends the subscription. */
  listen(listener: () => void): () => void {
    clearTimeout(this.#orphanTimer);
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      this.#watchOrphan();
    };
  }

  push(event: GenerationEvent): void {
    if (this.#ended) return;
    if (event.type === "text") {
      const logprobs = [...(this.#text?.logprobs ?? []), ...(event.logprobs ?? [])];
      this.#text = { delta: (this.#text?.delta ?? "") + event.delta, tokens: event.tokens, ...(logprobs.length > 0 && { logprobs }) };
      this.#flushTimer ??= setTimeout(() => this.#flush(), this.#timing.coalesce);
      return;
    }
    this.#flushText();
    this.#events.push(event);
    this.#ended = isLast(event);
    this.#notify();
    if (!this.#ended) return;
    clearTimeout(this.#orphanTimer);
    this.#resolveEnd();
  }

  #flush(): void {
    this.#flushText();
    this.#notify();
  }

  #flushText(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    if (this.#text === undefined) return;
    this.#events.push({ type: "text", ...this.#text });
    this.#text = undefined;
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }

  #watchOrphan(): void {
    clearTimeout(this.#orphanTimer);
    if (this.#ended || this.#listeners.size > 0) return;
    this.#orphanTimer = setTimeout(() => this.stop(), this.#timing.orphan);
  }
}
