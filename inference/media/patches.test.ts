import { expect, it } from "vitest";
import { PatchWriter } from "./patches.ts";

const layout = { patchSize: 1, temporalPatchSize: 2, mergeSize: 2 };

/** A frame whose pixel at (x, y) is (base + 10 · y + x) in red, 100 more in green, 200 in blue. */
function frame(base: number) {
  const data = new Uint8Array(4 * 4 * 3);
  for (let y = 0; y < 4; y++) for (let x = 0; x < 4; x++) data.set([0, 100, 200].map((c) => base + c + 10 * y + x), (y * 4 + x) * 3);
  return { width: 4, height: 4, data };
}

it("orders rows by merge block and values by channel, time, y, x", () => {
  const writer = new PatchWriter({ frames: 2, width: 4, height: 4 }, layout, 1000);
  writer.write(0, frame(0));
  writer.write(1, frame(5));
  expect(writer.grid).toEqual({ t: 1, h: 4, w: 4 });
  const rows = Array.from({ length: 16 }, (_, row) => Array.from(writer.patches.subarray(row * 6, row * 6 + 6)));
  expect(rows[0]).toEqual([0, 5, 100, 105, 200, 205]);
  expect(rows.map(([red]) => red)).toEqual([0, 1, 10, 11, 2, 3, 12, 13, 20, 21, 30, 31, 22, 23, 32, 33]);
});

it("repeats the last frame where frames do not come out even", () => {
  const writer = new PatchWriter({ frames: 3, width: 4, height: 4 }, layout, 1000);
  expect(writer.grid.t).toBe(2);
  writer.fill(2, frame(7));
  expect(Array.from(writer.patches.subarray(16 * 6, 16 * 6 + 6))).toEqual([7, 7, 107, 107, 207, 207]);
});

it("refuses more visual tokens than there may be", () => {
  expect(() => new PatchWriter({ frames: 2, width: 64, height: 64 }, layout, 1000)).toThrow("context_length_exceeded");
});
