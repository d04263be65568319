/** How far outside of the window (px) a turn counts as coming into it. */
const margin = "800px";
/** An idle moment is waited for so long (ms): while an answer is written there may be none. */
const patience = 500;

/**
 * Lets the turns of a long conversation take their full form one by one, so that the page answers in between: those that come
 * into sight first, then from the newest to the oldest, in idle moments.
 */
export class MountQueue {
  /** In the order of the conversation. */
  readonly #waiting = new Map<Element, () => void>();
  readonly #near = new Set<Element>();
  readonly #observer: IntersectionObserver;
  /** How the next one is waited for, and what ends that. */
  #waits: { soon: boolean; end: () => void } | undefined;

  constructor() {
    this.#observer = new IntersectionObserver((entries) => this.#see(entries), { rootMargin: margin });
  }

  /** Calls `mount` when it is the turn of what `element` stands for, unless the function that is returned was called before. */
  add(element: Element, mount: () => void): () => void {
    this.#waiting.set(element, mount);
    this.#observer.observe(element);
    this.#schedule();
    return () => this.#take(element);
  }

  #take(element: Element): (() => void) | undefined {
    const mount = this.#waiting.get(element);
    this.#waiting.delete(element);
    this.#near.delete(element);
    this.#observer.unobserve(element);
    return mount;
  }

  #see(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting && this.#waiting.has(target)) this.#near.add(target);
      else this.#near.delete(target);
    }
    this.#schedule();
  }

  #schedule(): void {
    const soon = this.#near.size > 0;
    if (this.#waiting.size === 0 || this.#waits?.soon === true || (this.#waits && !soon)) return;
    this.#waits?.end();
    const next = () => {
      this.#waits = undefined;
      const element = [...this.#near].at(-1) ?? [...this.#waiting.keys()].at(-1);
      if (element) this.#take(element)?.();
      this.#schedule();
    };
    this.#waits = { soon, end: soon ? inNextTask(next) : inIdleMoment(next) };
  }
}

function inNextTask(next: () => void, delay = 0): () => void {
  const timer = setTimeout(next, delay);
  return () => clearTimeout(timer);
}

function inIdleMoment(next: () => void): () => void {
  // Safari has no idle moments.
  if (!("requestIdleCallback" in globalThis)) return inNextTask(next, 50);
  const request = requestIdleCallback(next, { timeout: patience });
  return () => cancelIdleCallback(request);
}
