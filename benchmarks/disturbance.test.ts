import { expect, test } from "vitest";
import { othersShare } from "./disturbance.ts";

test("others' share is what was busy and not the process' own", () => {
  const before = { total: 1000, busy: 500, own: 100 };
  expect(othersShare(before, { total: 3000, busy: 1500, own: 1000 })).toBeCloseTo(0.05);
  expect(othersShare(before, { total: 3000, busy: 1400, own: 1000 })).toBe(0);
});

test("nothing is said where a process' time is not known", () => {
  expect(othersShare({ total: 0, busy: 0, own: NaN }, { total: 1000, busy: 1000, own: NaN })).toBe(0);
});
