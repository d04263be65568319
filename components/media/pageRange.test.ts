import { expect, it } from "vitest";
import { formatPageRange, parsePageRange } from "./pageRange.ts";

it.each([
  ["1-3, 7", [1, 2, 3, 7]],
  [" 7 ; 2，1 ", [1, 2, 7]],
  ["2–4", [2, 3, 4]],
  ["8-", [8, 9, 10]],
  ["9 - 99", [9, 10]],
  ["3,3,1-3", [1, 2, 3]],
  ["", []],
])("%j names pages of ten", (text, pages) => {
  expect(parsePageRange(text, 10)).toEqual(pages);
});

it.each(["0", "11", "3-2", "a", "1-2-3", "-3", "1.5", "99999999999999999999"])("%j names none", (text) => {
  expect(parsePageRange(text, 10)).toBeUndefined();
});

it("writes pages as briefly as it can be read again", () => {
  expect(formatPageRange([7, 1, 2, 3])).toBe("1-3, 7");
  expect(formatPageRange([])).toBe("");
  expect(parsePageRange(formatPageRange([1, 4, 5, 10]), 10)).toEqual([1, 4, 5, 10]);
});
