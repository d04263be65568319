import { expect, test } from "vitest";
import { median, medianRatio } from "./statistics.ts";

test("the median of an odd and an even number of values, in any order", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 1, 4, 2])).toBe(3);
  expect(median([])).toBeNaN();
});

test("ratios are taken round by round", () => {
  expect(medianRatio([2, 20, 3], [1, 10, 1])).toBe(2);
  expect(() => medianRatio([1], [])).toThrow(RangeError);
});
