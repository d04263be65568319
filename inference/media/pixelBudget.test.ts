import { describe, expect, it } from "vitest";
import { clipSize, imageSize, listedFrameSize } from "./pixelBudget.ts";

const shared = { patchSize: 16, temporalPatchSize: 2, mergeSize: 2, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;
const picture = { ...shared, minPixels: 8192, maxPixels: 65536 };
/** As published: a clip may be bigger than qwen-vl-utils' minimum. */
const usual = { ...shared, minPixels: 4096, maxPixels: 25_165_824, fps: 2, minFrames: 4, maxFrames: 768 };
/** As the embedded model, which was trained on small frames. */
const small = { ...shared, minPixels: 4096, maxPixels: 327_680, fps: 2, minFrames: 4, maxFrames: 16 };
const at = (width: number, height: number) => ({ size: { width, height }, name: "medium" });
const clip = (width: number, height: number, frames: number) => ({ ...at(width, height), frames, modelSequenceLength: 4096 });

describe("imageSize", () => {
  it("takes what the part does not say from the checkpoint", () => {
    expect(imageSize({}, picture, at(1000, 1000))).toEqual({ width: 256, height: 256 });
    expect(imageSize({}, picture, at(32, 32))).toEqual({ width: 96, height: 96 });
    expect(imageSize({ min_pixels: 1024 }, picture, at(32, 32))).toEqual({ width: 32, height: 32 });
  });

  it("lets a wish win over a default that excludes it", () => {
    expect(imageSize({ max_pixels: 4096 }, picture, at(1000, 1000))).toEqual({ width: 64, height: 64 });
    expect(imageSize({ min_pixels: 262_144 }, picture, at(100, 100))).toEqual({ width: 512, height: 512 });
  });

  it("rounds a wished size, and ignores half of one", () => {
    expect(imageSize({ resized_height: 100, resized_width: 180 }, picture, at(999, 999))).toEqual({ width: 192, height: 96 });
    expect(imageSize({ resized_height: 100 }, picture, at(128, 128))).toEqual({ width: 128, height: 128 });
  });
});

describe("clipSize", () => {
  it("keeps a frame within 128 and 768 visual tokens by default", () => {
    expect(clipSize({}, usual, clip(64, 64, 4))).toEqual({ width: 384, height: 384 });
    expect(clipSize({}, usual, clip(4000, 4000, 2))).toEqual({ width: 864, height: 864 });
  });

  it("shares the total among pairs of frames", () => {
    // 4096 · 0.9 / 16 · 2 = 460.8 visual tokens
    expect(clipSize({}, usual, clip(4000, 4000, 16))).toEqual({ width: 672, height: 672 });
    expect(clipSize({ min_pixels: 1024, total_pixels: 65_536 }, usual, clip(4000, 4000, 16))).toEqual({ width: 64, height: 64 });
  });

  it("takes a small checkpoint's own limits", () => {
    expect(clipSize({}, small, clip(128, 128, 8))).toEqual({ width: 128, height: 128 });
    expect(clipSize({}, small, clip(1920, 1080, 16))).toEqual({ width: 160, height: 96 });
    expect(clipSize({ max_pixels: 40_000 }, small, clip(1920, 1080, 16))).toEqual({ width: 256, height: 128 });
  });

  it("lets a wish win over a default that excludes it", () => {
    expect(clipSize({ max_pixels: 9216 }, usual, clip(1000, 1000, 4))).toEqual({ width: 96, height: 96 });
  });
});

it("brings the pictures of a list to multiples of 64 first", () => {
  expect(listedFrameSize({}, usual, at(100, 100))).toEqual({ width: 128, height: 128 });
  expect(listedFrameSize({}, usual, at(40, 40))).toEqual({ width: 128, height: 128 });
  expect(listedFrameSize({}, small, at(1000, 1000))).toEqual({ width: 128, height: 128 });
});
