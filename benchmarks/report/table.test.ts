import { expect, test } from "vitest";
import type { Row } from "../row.ts";
import { figure, markdownTable } from "./table.ts";

const row: Row = {
  work: "decode",
  unit: "tokens/s",
  against: "another",
  theirs: 20,
  ours: [{ name: "int4", value: 35.04, ratio: 1.752 }, { name: "int4-block128", value: 44, ratio: 2.2 }],
  bar: { kind: "least", limit: 2 },
};
const lastLine = (rows: readonly Row[]) => markdownTable(rows).split("\n").at(-1);

test("each variant has its value, its ratio and whether it reaches the bar", () => {
  expect(lastLine([row])).toBe("| decode | tokens/s | another | 20 | 35 (int4) · 44 (int4-block128) | 1.75× · 2.20× | ≥ 2× | no · yes |");
});

test("a share must be at most as large as the bar", () => {
  expect(lastLine([{ ...row, bar: { kind: "most", limit: 2 } }])).toContain("| ≤ 2× | yes · no |");
});

test("a figure is compared with a figure", () => {
  const { work } = row;
  expect(lastLine([{ work, unit: "s", ours: [{ name: "int4", value: 2.5 }], bar: { kind: "most", limit: 3 } }])).toBe("| decode | s |  |  | 2.5 (int4) |  | ≤ 3 s | yes |");
});

test("what is not installed is not compared", () => {
  const { work, unit, bar } = row;
  expect(lastLine([{ work, unit, against: "another", ...(bar ? { bar } : {}), ours: [{ name: "int4", value: 35 }] }])).toBe("| decode | tokens/s | another | not installed | 35 (int4) |  | ≥ 2× |  |");
});

test("three digits", () => {
  expect([1234.5, 99.96, 0.012345, 7].map(figure)).toEqual(["1235", "100", "0.0123", "7"]);
});
