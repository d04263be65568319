import { describe, expect, it } from "vitest";
import { EngineError } from "../errors.ts";
import { evenlySpaced, frameRange, patchTimestamps, sampleFrames, type SamplingOptions } from "./frameSampling.ts";

const defaults: SamplingOptions = { fps: 2, minFrames: 4, maxFrames: 768 };
const codeOf = (run: () => unknown): unknown => {
  try {
    run();
  } catch (fault) {
    return fault instanceof EngineError ? fault.code : fault;
  }
  return undefined;
};

describe("evenlySpaced", () => {
  // From torch.linspace(first, last, count).round().long().
  it.each([
    [{ first: 0, last: 29 }, 6, [0, 6, 12, 17, 23, 29]],
    [{ first: 0, last: 5 }, 2, [0, 5]],
    [{ first: 5, last: 20 }, 4, [5, 10, 15, 20]],
    [{ first: 0, last: 1 }, 3, [0, 0, 1]],
    [{ first: 0, last: 3 }, 3, [0, 2, 3]],
  ])("spreads %j over %i frames", (range, count, expected) => {
    expect(evenlySpaced(range, count)).toEqual(expected);
  });
});

describe("sampleFrames", () => {
  const clip = { frames: 30, fps: 10 };

  it("takes fps frames a second, an even number", () => {
    expect(sampleFrames(defaults, clip, "clip")).toHaveLength(6);
    expect(sampleFrames({ ...defaults, fps: 2.5 }, clip, "clip")).toHaveLength(6);
    expect(sampleFrames({ ...defaults, fps: 1 }, clip, "clip")).toHaveLength(4);
    expect(sampleFrames({ ...defaults, fps: 100 }, clip, "clip")).toHaveLength(30);
    expect(sampleFrames({ ...defaults, fps: 10, maxFrames: 9 }, clip, "clip")).toHaveLength(8);
  });

  it("gives no more frames than there are, and the only one twice", () => {
    expect(sampleFrames(defaults, { frames: 3, fps: 10 }, "clip")).toEqual([0, 2]);
    expect(sampleFrames(defaults, { frames: 1, fps: 10 }, "clip")).toEqual([0, 0]);
  });

  it("rounds nframes as Python does, and refuses more than there are", () => {
    expect(sampleFrames({ ...defaults, nframes: 5 }, clip, "clip")).toHaveLength(4);
    expect(sampleFrames({ ...defaults, nframes: 7 }, clip, "clip")).toHaveLength(8);
    expect(codeOf(() => sampleFrames({ ...defaults, nframes: 32 }, clip, "clip"))).toBe("video_options");
  });

  it("stays within a range of seconds", () => {
    expect(frameRange({ start: 0.5, end: 2 }, clip, "clip")).toEqual({ first: 5, last: 20 });
    expect(frameRange({ start: 1 }, clip, "clip")).toEqual({ first: 10, last: 29 });
    expect(frameRange({ end: 100 }, clip, "clip")).toEqual({ first: 0, last: 29 });
    expect(codeOf(() => frameRange({ start: 2, end: 1 }, clip, "clip"))).toBe("video_range");
    expect(codeOf(() => frameRange({ start: 10 }, clip, "clip"))).toBe("video_range");
  });
});

describe("patchTimestamps", () => {
  it("averages the first and last frame of a patch and repeats the last frame", () => {
    expect(patchTimestamps([0, 6, 12, 18], 10, 2)).toEqual([0.3, 1.5]);
    expect(patchTimestamps([0, 1, 2], 1, 2)).toEqual([0.5, 2]);
  });
});
