import { expect, it } from "vitest";
import { estimateTokens } from "./textTokens.ts";

it.each([
  ["", 0],
  ["Hello, world", 3],
  ["What shape is the red object?", 7],
  ["2024", 4],
])("%j is about %i tokens", (text, tokens) => {
  expect(estimateTokens(text)).toBe(tokens);
});

it("counts Chinese by its characters", () => {
  const tokens = estimateTokens("这张图片里有几个红色的圆形？");
  expect(tokens).toBeGreaterThan(6);
  expect(tokens).toBeLessThan(14);
});

it("counts a very long text by samples, and about as it would count all of it", () => {
  const line = "The quick brown fox jumps over the lazy dog, 12 times a day. ";
  const one = estimateTokens(line.repeat(100)) / 100;
  const long = estimateTokens(line.repeat(10_000));
  expect(Math.abs(long - one * 10_000)).toBeLessThan(one * 200);
});
