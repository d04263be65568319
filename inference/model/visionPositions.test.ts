import { describe, expect, it } from "vitest";
import { positionEmbedding, visionRotaryTable } from "./visionPositions.ts";

// Two merge blocks side by side. Expected values: transformers 5.23 Qwen3VLVisionRotaryEmbedding, head size 16, and vision_utils.
const grid = { h: 2, w: 4 };

function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 5);
}

describe("visionRotaryTable", () => {
  it("turns half of the pairs with the row and half with the column, merge block by merge block", () => {
    const { cos, sin } = visionRotaryTable(grid, 2, 16);
    const still = [1, 1, 1, 1];
    const one = [0.540302, 0.995004, 0.99995, 1];
    const two = [-0.416147, 0.980067, 0.9998, 0.999998];
    const three = [-0.989992, 0.955337, 0.99955, 0.999996];
    expectClose(cos, [still, still, still, one, one, still, one, one, still, two, still, three, one, two, one, three].flat());
    expectClose(sin.subarray(24, 32), [0.841471, 0.099833, 0.01, 0.001, 0.841471, 0.099833, 0.01, 0.001]);
  });
});

describe("positionEmbedding", () => {
  it("stretches the grid over the frame, corners on corners", () => {
    const squares = Float32Array.from({ length: 9 }, (_, index) => index ** 2);
    expectClose(positionEmbedding(grid, squares, { gridSize: 3, hiddenSize: 1, mergeSize: 2 }), [0, 0.666667, 36, 44.666668, 2, 4, 54, 64]);
  });

  it("keeps the channels of a patch together", () => {
    const table = Float32Array.from({ length: 9 * 2 }, (_, index) => (index % 2 === 0 ? 1 : index));
    const embedding = positionEmbedding({ h: 2, w: 2 }, table, { gridSize: 3, hiddenSize: 2, mergeSize: 2 });
    expectClose(embedding, [1, 1, 1, 5, 1, 13, 1, 17]);
  });
});
