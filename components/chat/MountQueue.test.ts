import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MountQueue } from "./MountQueue.ts";

/** The window: whoever is told to comes into it or leaves it. */
class Window {
  static last: Window | undefined;
  readonly observed = new Set<Element>();
  readonly #tell: IntersectionObserverCallback;

  constructor(tell: IntersectionObserverCallback) {
    this.#tell = tell;
    Window.last = this;
  }

  observe(element: Element): void {
    this.observed.add(element);
  }

  unobserve(element: Element): void {
    this.observed.delete(element);
  }

  move(target: Element, isIntersecting: boolean): void {
    Reflect.apply(this.#tell, undefined, [[{ target, isIntersecting }]]);
  }
}

describe("MountQueue", () => {
  let idle: (() => void)[];
  const mounted: string[] = [];
  const elements = new Map<string, Element>();

  /** Elements only stand for themselves here. */
  function element(name: string): Element {
    const made: unknown = elements.get(name) ?? { name };
    elements.set(name, made as Element);
    return made as Element;
  }

  function queueOf(...names: string[]): { queue: MountQueue; leave: Map<string, () => void> } {
    const queue = new MountQueue();
    return { queue, leave: new Map(names.map((name) => [name, queue.add(element(name), () => mounted.push(name))])) };
  }

  function idleMoment(): void {
    idle.shift()?.();
  }

  beforeEach(() => {
    vi.useFakeTimers();
    idle = [];
    mounted.length = 0;
    elements.clear();
    vi.stubGlobal("IntersectionObserver", Window);
    vi.stubGlobal("requestIdleCallback", (next: () => void) => idle.push(next));
    vi.stubGlobal("cancelIdleCallback", (request: number) => idle.splice(request - 1, 1));
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("mounts from the newest to the oldest, one in each idle moment", () => {
    queueOf("a", "b", "c");
    expect(mounted).toEqual([]);
    idleMoment();
    expect(mounted).toEqual(["c"]);
    idleMoment();
    idleMoment();
    expect(mounted).toEqual(["c", "b", "a"]);
    expect(idle).toHaveLength(0);
    expect(Window.last?.observed.size).toBe(0);
  });

  it("what comes into sight does not wait for an idle moment, and is mounted first", () => {
    queueOf("a", "b", "c");
    Window.last?.move(element("a"), true);
    vi.runAllTimers();
    idleMoment();
    expect(mounted).toEqual(["a", "c"]);
  });

  it("what has left the window again takes its turn", () => {
    queueOf("a", "b", "c");
    Window.last?.move(element("a"), true);
    Window.last?.move(element("a"), false);
    vi.runAllTimers();
    expect(mounted).toEqual(["c"]);
  });

  it("what was taken back is not mounted, and what is added later is", () => {
    const { queue, leave } = queueOf("a", "b");
    leave.get("b")?.();
    queue.add(element("d"), () => mounted.push("d"));
    idleMoment();
    idleMoment();
    idleMoment();
    expect(mounted).toEqual(["d", "a"]);
  });

  it("goes on without idle moments, as in Safari", () => {
    vi.stubGlobal("requestIdleCallback", undefined);
    Reflect.deleteProperty(globalThis, "requestIdleCallback");
    queueOf("a", "b");
    vi.runAllTimers();
    expect(mounted).toEqual(["b", "a"]);
  });
});
