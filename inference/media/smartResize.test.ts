import { expect, it } from "vitest";
import { roundHalfEven, smartResize } from "./smartResize.ts";

const limits = { factor: 32, minPixels: 4096, maxPixels: 65536 };

it("rounds halves to the even neighbour", () => {
  expect([0.5, 1.5, 2.5, -1.5, 2.4999].map(roundHalfEven)).toEqual([0, 2, 2, -2, 2]);
});

// From qwen-vl-utils smart_resize.
it.each([
  [{ width: 100, height: 100 }, { width: 96, height: 96 }],
  [{ width: 80, height: 112 }, { width: 64, height: 128 }],
  [{ width: 1000, height: 500 }, { width: 352, height: 160 }],
  [{ width: 20, height: 30 }, { width: 64, height: 96 }],
  [{ width: 1, height: 200 }, { width: 32, height: 192 }],
])("brings %j to %j", (size, expected) => {
  expect(smartResize(size, limits, "picture")).toEqual(expected);
});

it("refuses a ratio over 200", () => {
  expect(() => smartResize({ width: 201, height: 1 }, limits, "picture")).toThrow("aspect_ratio");
});

it("keeps at least one block of a long picture in a small budget", () => {
  expect(smartResize({ width: 6400, height: 32 }, { ...limits, maxPixels: 32 * 640 }, "picture")).toEqual({ width: 2016, height: 32 });
});
