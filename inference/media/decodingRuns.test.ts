import { expect, it } from "vitest";
import { decodingRuns } from "./decodingRuns.ts";

const every = (step: number, count: number) => Array.from({ length: count }, (_, index) => index * step);

it("decodes a short clip in one go", () => {
  expect(decodingRuns([0, 40, 80, 120], every(30, 5))).toEqual([{ seeks: false, indices: [0, 40, 80, 120] }]);
});

it("seeks where frames lie far apart", () => {
  expect(decodingRuns([0, 10, 1000, 1010, 5000], every(30, 200))).toEqual([
    { seeks: false, indices: [0, 10] },
    { seeks: true, indices: [1000, 1010] },
    { seeks: true, indices: [5000] },
  ]);
});

it("seeks to the first frame when that is far inside", () => {
  expect(decodingRuns([3000, 3010], every(250, 20))).toEqual([{ seeks: true, indices: [3000, 3010] }]);
});

it("does not seek where there is no key frame to begin at", () => {
  expect(decodingRuns([0, 1000, 2000], [0])).toEqual([{ seeks: false, indices: [0, 1000, 2000] }]);
});
