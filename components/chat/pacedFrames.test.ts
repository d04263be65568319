import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pacedFrames } from "./pacedFrames.ts";

describe("pacedFrames", () => {
  let frames: (() => void)[];
  let idle: (() => void)[];
  const flush = vi.fn<() => void>();

  beforeEach(() => {
    vi.useFakeTimers();
    frames = [];
    idle = [];
    flush.mockReset();
    vi.stubGlobal("requestAnimationFrame", (next: () => void) => frames.push(next));
    vi.stubGlobal("requestIdleCallback", (next: () => void) => idle.push(next));
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  async function nextFrame(): Promise<void> {
    await vi.advanceTimersByTimeAsync(0);
    for (const next of frames.splice(0)) next();
    await vi.advanceTimersByTimeAsync(0);
  }

  it("flushes behind the next frame", async () => {
    pacedFrames()(flush);
    await vi.advanceTimersByTimeAsync(0);
    expect(flush).not.toHaveBeenCalled();
    frames.shift()?.();
    expect(flush).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(0);
    expect(flush).toHaveBeenCalledTimes(1);
  });

  it("rests for twice the time in which the last one was shown", async () => {
    const schedule = pacedFrames();
    schedule(flush);
    await nextFrame();
    schedule(flush);
    // React renders and the browser draws.
    await vi.advanceTimersByTimeAsync(100);
    expect(frames).toHaveLength(0);
    idle.shift()?.();
    await vi.advanceTimersByTimeAsync(199);
    expect(frames).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    await nextFrame();
    expect(flush).toHaveBeenCalledTimes(2);
  });

  it("never rests for more than a second", async () => {
    const schedule = pacedFrames();
    schedule(flush);
    await nextFrame();
    await vi.advanceTimersByTimeAsync(5000);
    idle.shift()?.();
    schedule(flush);
    await vi.advanceTimersByTimeAsync(1000);
    await nextFrame();
    expect(flush).toHaveBeenCalledTimes(2);
  });

  it("flushes on a hidden page, which has no frames", async () => {
    pacedFrames()(flush);
    await vi.advanceTimersByTimeAsync(250);
    expect(flush).toHaveBeenCalledTimes(1);
  });
});
