import { expect, test } from "vitest";
import { settle } from "./sheetDrag.ts";

const at = (share: number, speed = 0) => settle({ height: share * 800, full: 800, speed });

test("a sheet that is let go of rests at the nearest height", () => {
  expect([at(0.1), at(0.4), at(0.6), at(0.9)]).toEqual(["closed", "half", "half", "full"]);
});

test("a quick finger decides by its direction", () => {
  expect(at(0.5, 1)).toBe("closed");
  expect(at(0.8, 1)).toBe("half");
  expect(at(0.5, -1)).toBe("full");
});
