import { expect, it } from "vitest";
import { partsInBudget } from "./useStepwise.ts";

it.each([
  [1, 5, 2],
  [4, 10, 8],
  [8, 60, 4],
  [2, 500, 1],
  [1, 0, 2],
])("after %d parts in %d ms a task renders %d", (parts, milliseconds, expected) => {
  expect(partsInBudget(parts, milliseconds)).toBe(expected);
});
