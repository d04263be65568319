import { describe, expect, it } from "vitest";
import { frameRange } from "../../inference/media/frameSampling.ts";
import { chosenOf, keyStep, moveEnd, nearerEnd, rangeOf, shortestRange } from "./rangeEnds.ts";

const clip = { duration: 10, fps: 5 };
const whole = { start: 0, end: 10 };

it("an end moves as far as the other lets it", () => {
  expect(moveEnd(whole, "start", 3.14159, clip)).toEqual({ start: 3.14, end: 10 });
  expect(moveEnd({ start: 2, end: 4 }, "start", 9, clip)).toEqual({ start: 4 - shortestRange(clip), end: 4 });
  expect(moveEnd({ start: 2, end: 4 }, "end", -1, clip)).toEqual({ start: 2, end: 2 + shortestRange(clip) });
  expect(moveEnd(whole, "end", 99, clip)).toEqual(whole);
});

it("the shortest part has two frames wherever it lies", () => {
  for (let start = 0; start < 9; start += 0.07) {
    const range = moveEnd({ start, end: 10 }, "end", 0, clip);
    expect(() => frameRange(range, { frames: 50, fps: 5 }, "clip")).not.toThrow();
  }
});

it("an end of the clip is no choice", () => {
  expect(chosenOf(whole, clip)).toEqual({});
  expect(chosenOf({ start: 1, end: 10 }, clip)).toEqual({ start: 1 });
  expect(rangeOf({ start: 1 }, clip)).toEqual({ start: 1, end: 10 });
  expect(rangeOf({ end: 12 }, clip)).toEqual(whole);
});

describe("keys and presses", () => {
  it("move by a frame at least", () => {
    expect(keyStep("ArrowRight", clip)).toBe(0.2);
    expect(keyStep("ArrowLeft", { duration: 1000, fps: 25 })).toBe(-5);
    expect(keyStep("End", clip)).toBe(10);
    expect(keyStep("a", clip)).toBeUndefined();
  });

  it("take the nearer end", () => {
    expect([nearerEnd(whole, 2), nearerEnd(whole, 8)]).toEqual(["start", "end"]);
  });
});
