import { expect, it } from "vitest";
import { quantizeToBlob } from "./blobs.ts";
import { dequantizeRows, quantizeRows } from "./blockwise.ts";

it("holds what quantizeRows makes of the transposed matrix", () => {
  const [inputs, outputs] = [96, 37];
  const matrix = Float32Array.from({ length: inputs * outputs }, (_, index) => Math.sin(1 + index * 1.7) * (1 + (index % 5)));
  const rows = Float32Array.from(matrix, (_, index) => matrix[(index % inputs) * outputs + Math.floor(index / inputs)] ?? 0);
  const format = { bits: 4, block: 32, zeroPoints: false } as const;
  const expected = dequantizeRows(quantizeRows(rows, inputs, format), inputs, format);
  const blob = quantizeToBlob(matrix, { inputs, outputs });
  const bytes = new DataView(blob.buffer);
  const actual = Float32Array.from(rows, (_, index) => {
    const at = Math.floor(index / 32) * 20;
    const within = index % 32;
    const byte = blob[at + 4 + (within % 16)] ?? 0;
    return ((within < 16 ? byte & 15 : byte >> 4) - 8) * bytes.getFloat32(at, true);
  });
  expect(blob.length).toBe(outputs * 3 * 20);
  const differing = actual.filter((value, index) => Math.abs(value - (expected[index] ?? NaN)) > 1e-5).length;
  expect(differing).toBeLessThan(3); // ties may be rounded either way
});

it("fills an incomplete last block with zeros", () => {
  const blob = quantizeToBlob(Float32Array.from({ length: 40 }, (_, index) => index), { inputs: 40, outputs: 1 });
  expect(blob.length).toBe(40);
  expect(blob.subarray(24 + 8)).toEqual(new Uint8Array(8).fill(0x88));
  expect(blob.subarray(24, 24 + 8).every((byte) => byte >> 4 === 8)).toBe(true);
});
