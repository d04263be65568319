import { expect, test } from "vitest";
import { parseRange } from "./files.ts";

test.each([
  ["bytes=0-", { from: 0, to: 99 }],
  ["bytes=10-19", { from: 10, to: 19 }],
  ["bytes=90-500", { from: 90, to: 99 }],
  ["bytes=-10", { from: 90, to: 99 }],
  ["bytes=-500", { from: 0, to: 99 }],
  ["bytes=100-", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=20-10", undefined],
  ["bytes=0-1,5-6", undefined],
  ["bytes=-", undefined],
  ["lines=0-1", undefined],
  [undefined, undefined],
] as const)("%s of 100 bytes", (header, range) => {
  expect(parseRange(header, 100)).toEqual(range);
});

test("nothing of an empty file can be asked for", () => {
  expect(parseRange("bytes=0-", 0)).toBe("unsatisfiable");
});
