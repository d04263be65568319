import { expect, test } from "vitest";
import { mergeRows } from "./results.ts";
import type { Row } from "./row.ts";

const row = (work: string, against: string, value: number): Row => ({ work, unit: "s", against, theirs: 1, ours: [{ name: "int4", value, ratio: value }] });

test("what was measured again takes its old place, what is new comes last", () => {
  const earlier = [row("decode", "a", 1), row("decode", "b", 2), row("vision", "b", 3)];
  const merged = mergeRows(earlier, [row("load", "a", 9), row("decode", "b", 8)]);
  expect(merged.map(({ work, against, ours }) => [work, against, ours[0]?.value])).toEqual([
    ["decode", "a", 1],
    ["decode", "b", 8],
    ["vision", "b", 3],
    ["load", "a", 9],
  ]);
});
