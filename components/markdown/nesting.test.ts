import { describe, expect, it } from "vitest";
import { nestsTooDeep } from "./nesting.ts";

describe("nestsTooDeep", () => {
  const list = (depth: number) => Array.from({ length: depth }, (_, level) => `${"  ".repeat(level)}- item`).join("\n");

  it.each([
    ["> a\n> > b", false],
    [list(30), false],
    [list(200), true],
    [`words\n${">".repeat(41)} deep`, true],
    ["> ".repeat(3000), true],
    ["- ".repeat(100) + "deep", true],
    ["1. ".repeat(50) + "deep", true],
    [`${" ".repeat(500)}code, not a list`, false],
    ["-".repeat(500), false],
    [" ".repeat(100_000), false],
  ])("%#", (markdown, expected) => {
    expect(nestsTooDeep(markdown)).toBe(expected);
  });
});
