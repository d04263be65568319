import { expect, test } from "vitest";
import { describeDisturbance, othersShare } from "./disturbance.ts";

test("others' share is what was busy and not the process' own", () => {
  const before = { total: 1000, busy: 500, own: 100 };
  expect(othersShare(before, { total: 3000, busy: 1500, own: 1000 })).toBeCloseTo(0.05);
  expect(othersShare(before, { total: 3000, busy: 1400, own: 1000 })).toBe(0);
});

test("nothing is said where a process' time is not known", () => {
  expect(othersShare({ total: 0, busy: 0, own: NaN }, { total: 1000, busy: 1000, own: NaN })).toBe(0);
});

test("what is said about a run", () => {
  expect(describeDisturbance([0, 0.01])).toBe("In none of 2 measurements did other programs take more than 5 % of the processor.");
  expect(describeDisturbance([0, 0.01, 0.1, 0.4])).toBe("In 2 of 4 measurements other programs took more than 5 % of the processor, at most 40 %.");
});
