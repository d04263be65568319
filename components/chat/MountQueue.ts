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
  #scheduled = false;

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
    if (this.#scheduled || this.#waiting.size === 0) return;
    this.#scheduled = true;
    const next = () => {
      this.#scheduled = false;
      const element = [...this.#near].at(-1) ?? [...this.#waiting.keys()].at(-1);
      if (element) this.#take(element)?.();
      this.#schedule();
    };
    if (this.#near.size > 0) setTimeout(next);
    // Safari has no idle moments.
    else if ("requestIdleCallback" in globalThis) requestIdleCallback(next, { timeout: patience });
    else setTimeout(next, 50);
  }
}
