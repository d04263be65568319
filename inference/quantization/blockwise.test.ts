import { describe, expect, it } from "vitest";
import { type BlockFormat, dequantizeRows, quantizeRows } from "./blockwise.ts";

/** Values of a bell shape from a fixed seed. */
function noise(count: number, offset = 0): Float32Array {
  let state = 7;
  const uniform = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  return Float32Array.from({ length: count }, () => offset + (uniform() + uniform() + uniform() - 1.5) / 10);
}

function error(weights: Float32Array, columns: number, format: BlockFormat): number {
  const restored = dequantizeRows(quantizeRows(weights, columns, format), columns, format);
  const squares = weights.reduce((sum, weight, index) => sum + (weight - (restored[index] ?? 0)) ** 2, 0);
  return Math.sqrt(squares / weights.reduce((sum, weight) => sum + weight ** 2, 0));
}

/** Scales from the range alone, as a plain implementation would choose them. */
function errorOfRangeScales(weights: Float32Array, block: number): number {
  let squares = 0;
  let energy = 0;
  for (let start = 0; start < weights.length; start += block) {
    const values = weights.subarray(start, start + block);
    const scale = Math.max(...values.map(Math.abs)) / 7;
    for (const value of values) {
      squares += (value - Math.round(value / scale) * scale) ** 2;
      energy += value ** 2;
    }
  }
  return Math.sqrt(squares / energy);
}

const four32: BlockFormat = { bits: 4, block: 32, zeroPoints: false };

describe("block-wise weights", () => {
  it("come close, the closer the smaller the blocks and the more the bits", () => {
    const weights = noise(64 * 256);
    const small = error(weights, 256, four32);
    const large = error(weights, 256, { ...four32, block: 128 });
    const fine = error(weights, 256, { bits: 8, block: 32, zeroPoints: false });
    expect(small).toBeLessThan(large);
    expect(large).toBeLessThan(0.15);
    expect(fine).toBeLessThan(0.006);
  });

  it("err less than scales taken from the range", () => {
    const weights = noise(64 * 256);
    expect(error(weights, 256, four32)).toBeLessThan(0.95 * errorOfRangeScales(weights, 32));
  });

  it("use zero points where values lie to one side", () => {
    const weights = noise(64 * 256, 0.2);
    expect(error(weights, 256, { ...four32, zeroPoints: true })).toBeLessThan(0.7 * error(weights, 256, four32));
  });

  it("keep what is on the grid exactly, zeros included", () => {
    const weights = Float32Array.from({ length: 64 }, (_, index) => (index < 32 ? 0 : ((index % 16) - 8) / 4));
    expect([...dequantizeRows(quantizeRows(weights, 64, four32), 64, four32)]).toEqual([...weights]);
  });

  it("fill an incomplete last block", () => {
    const weights = noise(3 * 40);
    const { values, scales } = quantizeRows(weights, 40, four32);
    expect([values.length, scales.length]).toEqual([3 * 2 * 16, 3 * 2]);
    expect(error(weights, 40, four32)).toBeLessThan(0.12);
  });

  it("pack the first of two values low", () => {
    const weights = new Float32Array(32);
    weights[0] = -8;
    weights[1] = 7;
    expect(quantizeRows(weights, 32, four32).values[0]).toBe(0xf0);
  });
});
