import { expect, test } from "vitest";
import type { Mark } from "../results/types.ts";
import { keyTimes, placedAt, samplingDistance, timedMarks, toTracks, type TimedMark } from "./tracks.ts";

/** A mark of side 0.2 whose left upper corner is at (x, 0). */
function at(time: number, x: number, label = "ball"): TimedMark {
  return { id: `${label} ${time} ${x}`, kind: "box", label, time, box: { x1: x, y1: 0, x2: x + 0.2, y2: 0.2 } };
}

test("a box moves in a straight line between the times of the answer", () => {
  const tracks = toTracks([at(1, 0), at(2, 0.4)]);
  expect(tracks).toHaveLength(1);
  const [placed] = placedAt(tracks, 1.25, 1);
  expect(placed?.box.x1).toBeCloseTo(0.1);
  expect(placed?.box.x2).toBeCloseTo(0.3);
  expect(placed?.mark.time).toBe(1);
  expect(placedAt(tracks, 1.75, 1)[0]?.mark.time).toBe(2);
});

test("it is seen half a sampling distance before its first and behind its last time, and no longer", () => {
  const tracks = toTracks([at(1, 0), at(2, 0.4)]);
  expect([0.4, 0.5, 2.5, 2.6].map((time) => placedAt(tracks, time, 1)[0]?.box.x1)).toEqual([undefined, 0, 0.4, undefined]);
});

test("it is not seen where the answer skips it", () => {
  const tracks = toTracks([at(1, 0), at(4, 0.4)]);
  expect([1.4, 1.6, 3.4, 3.6].map((time) => placedAt(tracks, time, 1)[0]?.box.x1)).toEqual([0, undefined, undefined, 0.4]);
});

test("things of the same name are told apart by their places", () => {
  const tracks = toTracks([at(1, 0), at(1, 0.7), at(2, 0.6), at(2, 0.1), at(3, 0.5), at(3, 0.2), at(3, 0.9)]);
  expect(tracks.map(({ marks }) => marks.map(({ box }) => box.x1))).toEqual([[0, 0.1, 0.2], [0.7, 0.6, 0.5], [0.9]]);
});

test("things of different names are never one", () => {
  expect(toTracks([at(1, 0), at(2, 0, "hat")]).map(({ label }) => label)).toEqual(["ball", "hat"]);
});

test("the sampling distance is the smallest one, also where a time is skipped", () => {
  expect(samplingDistance(keyTimes([at(3, 0), at(1, 0), at(1, 0.5), at(1.5, 0)]), 9)).toBe(0.5);
  expect(samplingDistance([2], 9)).toBe(9);
});

test("only marks with a time and a place on this clip move", () => {
  const base = { id: "1", range: { start: 0, end: 1 }, label: "a", attributes: [], medium: 0 };
  const box = { x1: 0, y1: 0, x2: 1, y2: 1 };
  const marks: Mark[] = [
    { ...base, kind: "box", box, time: 1 },
    { ...base, kind: "box", box },
    { ...base, kind: "box", box, time: 1, medium: 1 },
    { ...base, kind: "point", point: { x: 0.5, y: 0.25 }, time: 2 },
    { ...base, kind: "box3d", values: [0, 0, 0, 0, 0, 0, 0, 0, 0], time: 2 },
  ];
  expect(timedMarks(marks, 0).map(({ kind, box: { x1, y1 } }) => [kind, x1, y1])).toEqual([["box", 0, 0], ["point", 0.5, 0.25]]);
});
