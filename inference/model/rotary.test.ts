import { describe, expect, it } from "vitest";
import type { RopeConfig, YarnScaling } from "../checkpoint/types.ts";
import { rotaryTable } from "./rotary.ts";

// Expected values: transformers 5.23 Qwen3VLTextRotaryEmbedding, head size 32, for a token at (2, 5, 9) and one at (3000, 3010, 3020).
const positions = Int32Array.of(2, 3000, 5, 3010, 9, 3020);
const base: Omit<RopeConfig, "scaling"> = { theta: 100_000, mropeSection: [6, 5, 5] };
const yarn: YarnScaling = {
  type: "yarn",
  factor: 2,
  originalContext: 64,
  betaFast: 32,
  betaSlow: 1,
  attentionFactor: 0.1 * Math.log(2) + 1,
  truncate: true,
};

function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 5);
}

describe("rotaryTable", () => {
  it("interleaves time, height and width", () => {
    const { cos, sin } = rotaryTable(positions, 2, { ...base, scaling: { type: "default" } }, 32);
    expectClose(cos, [
      -0.416147, -0.760473, -0.534098, 0.973448, 0.960731, 0.969783, 0.999644, 0.999473, 0.999595, 0.999995, 0.999993, 0.999995, 1, 1, 1, 1,
      -0.975682, -0.217492, 0.991784, 0.652885, 0.92819, 0.524335, -0.671134, 0.766879, -0.99216, -0.092477, -0.633745, 0.451076, 0.861041,
      0.966221, 0.991902, 0.998103,
    ]);
    expectClose(sin.subarray(0, 16), [
      0.909297, 0.64937, 0.845423, 0.228909, 0.277481, 0.24397, 0.026667, 0.032463, 0.028457, 0.00308, 0.003749, 0.003287, 0.000356,
      0.000433, 0.00038, 0.000041,
    ]);
  });

  it("stretches with YaRN", () => {
    const { cos, sin } = rotaryTable(positions, 2, { ...base, scaling: yarn }, 32);
    expectClose(cos, [
      -0.444992, -0.567721, -0.031947, 1.058194, 1.058765, 1.061206, 1.06922, 1.069174, 1.069206, 1.069313, 1.069313, 1.069313, 1.069315,
      1.069315, 1.069315, 1.069315, -1.043311, 0.759454, -1.064365, -1.036532, -1.049942, -0.933535, 0.433611, -1.005064, 0.066949, -0.72031,
      0.457596, 0.910826, 1.031498, 1.060246, 1.067148, 1.068807,
    ]);
    expectClose(sin.subarray(16, 20), [0.234383, 0.752771, 0.102768, 0.262746]);
  });

  // The published models' rotary parameters, far behind the context that they were trained with.
  it.each<{ factor: number; cos: number[]; sin: number[] }>([
    {
      factor: 2,
      cos: [-1.052271, -0.789495, -0.579198, 0.133792, -0.174555, -0.42604, 0.731597, -0.568964, -0.020372, 1.047247, -0.850435, 0.118112, 1.067151],
      sin: [0.190158, -0.721202, 0.898868, -1.060912, -1.054971, 0.980777, 0.779872, 0.905381, 1.069121, 0.216119, 0.648224, 1.062772, 0.067991],
    },
    {
      factor: 3,
      cos: [-1.092171, -0.819431, -0.60116, 0.138865, -0.181174, -0.442195, 0.759337, -0.590538, 0.702826, 1.061769, 0.364993, 0.624278, 1.108863],
      sin: [0.197368, -0.748549, 0.932951, -1.10114, -1.094974, 1.017966, 0.809443, 0.939711, 0.858969, -0.32317, -1.048128, 0.917643, 0.047064],
    },
  ])("stretches the published models' context by $factor", ({ factor, ...expected }) => {
    const scaling: YarnScaling = { ...yarn, factor, originalContext: 262_144, attentionFactor: 0.1 * Math.log(factor) + 1 };
    const { cos, sin } = rotaryTable(Int32Array.of(500_000, 500_010, 500_020), 1, { theta: 5e6, mropeSection: [24, 20, 20], scaling }, 128);
    const pairs = [0, 1, 2, 20, 24, 25, 26, 29, 32, 35, 40, 50, 63];
    expectClose(Float32Array.from(pairs, (pair) => cos[pair] ?? 0), expected.cos);
    expectClose(Float32Array.from(pairs, (pair) => sin[pair] ?? 0), expected.sin);
  });

  it("keeps YaRN's bounds unrounded where the checkpoint says so", () => {
    const { cos } = rotaryTable(positions, 2, { ...base, scaling: { ...yarn, truncate: false } }, 32);
    expectClose(cos.subarray(0, 4), [-0.444992, -0.500053, 0.104855, 1.061163]);
  });
});
