import { describe, expect, it } from "vitest";
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from "./convert.ts";

function converted(convert: (source: Uint16Array, target: Float32Array) => void, bits: readonly number[]): number[] {
  const target = new Float32Array(bits.length);
  convert(Uint16Array.from(bits), target);
  return [...target];
}

describe("bfloat16ToFloat32", () => {
  it("keeps sign, exponent and the seven bits of the fraction", () => {
    expect(converted(bfloat16ToFloat32, [0x3f80, 0xbf80, 0x4049, 0x0000, 0x8000, 0x7f80, 0x7fc0])).toEqual([1, -1, 3.140625, 0, -0, Infinity, NaN]);
  });
});

describe("float16ToFloat32", () => {
  it("converts normal, subnormal and special numbers", () => {
    const bits = [0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x83ff, 0x8000, 0xfc00, 0x7e00];
    expect(converted(float16ToFloat32, bits)).toEqual([1, -2, 65504, 2 ** -14, 2 ** -24, -1023 * 2 ** -24, -0, -Infinity, NaN]);
  });
});

it("turns float32 to half precision and back", () => {
  const all = Uint16Array.from({ length: 0x7c00 }, (_, half) => half);
  const values = new Float32Array(all.length);
  float16ToFloat32(all, values);
  expect(float32ToFloat16(values)).toEqual(all);
  // Between two numbers: the nearest, ties to the even one; beyond the largest: the largest.
  const cases: [number, number][] = [
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [-(1 + 2 ** -11 + 2 ** -20), 0xbc01],
    [2 ** -25, 0],
    [1.5 * 2 ** -24, 2],
    [-0, 0x8000],
    [1e9, 0x7bff],
    [-Infinity, 0xfbff],
  ];
  expect([...float32ToFloat16(Float32Array.from(cases, ([value]) => value))]).toEqual(cases.map(([, half]) => half));
  expect(float32ToFloat16(Float32Array.of(NaN))[0]).toBe(0x7e00);
});
