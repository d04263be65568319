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

  it("keeps YaRN's bounds unrounded where the checkpoint says so", () => {
    const { cos } = rotaryTable(positions, 2, { ...base, scaling: { ...yarn, truncate: false } }, 32);
    expectClose(cos.subarray(0, 4), [-0.444992, -0.500053, 0.104855, 1.061163]);
  });
});
