import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { Heartbeat } from "./heartbeat.ts";

/** A process whose clock and usage are set by hand; `beats` counts what it said. */
function process() {
  const state = { time: 0, cpuSeconds: 0, pagesRead: 0, beats: 0 };
  const heartbeat = new Heartbeat({ beat: () => (state.beats += 1), now: () => state.time, usage: () => ({ ...state }) });
  const pass = (seconds: number, used: { cpuSeconds?: number; pagesRead?: number } = {}): number => {
    const before = state.beats;
    state.time += seconds;
    state.cpuSeconds += used.cpuSeconds ?? 0;
    state.pagesRead += used.pagesRead ?? 0;
    heartbeat.tick();
    return state.beats - before;
  };
  return pass;
}

test("one that computes, or reads its weights from a slow disk, is alive", () => {
  const pass = process();
  expect(pass(5, { cpuSeconds: 5 })).toBe(1);
  expect(pass(5, { cpuSeconds: 0.01, pagesRead: 400 })).toBe(1);
});

test("one that hangs says nothing, though its timers run", () => {
  const pass = process();
  for (let tick = 0; tick < 30; tick += 1) expect(pass(5, { cpuSeconds: 0.002 })).toBe(0);
});

test("what this process really uses, on whatever thread, counts", async () => {
  let beats = 0;
  const heartbeat = new Heartbeat({ beat: () => (beats += 1) });
  const busy = new Worker("for (;;);", { eval: true });
  await new Promise((resolve) => setTimeout(resolve, 400));
  heartbeat.tick();
  await busy.terminate();
  expect(beats).toBe(1);
});
