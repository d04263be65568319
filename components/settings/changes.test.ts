import { describe, expect, it } from "vitest";
import { changesOf } from "./changes.ts";
import { picturePresetOf, picturePresets, samplingPresetOf, samplingPresets, withSamplingPreset } from "./presets.ts";
import { defaultSettings } from "./settings.ts";

describe("presets", () => {
  it("are known by their numbers, whatever the seed", () => {
    expect(samplingPresetOf({})).toBe("checkpoint");
    expect(samplingPresetOf({ ...samplingPresets.instruct, seed: 7 })).toBe("instruct");
    expect(samplingPresetOf({ greedy: false })).toBe("checkpoint");
    expect(samplingPresetOf({ ...samplingPresets.instruct, top_k: 21 })).toBeUndefined();
    expect(picturePresetOf({ min: 1024, max: 2048 })).toBe("reading");
    expect(picturePresetOf({ min: undefined, max: undefined })).toBe("usual");
    expect(picturePresetOf({ max: 300 })).toBeUndefined();
  });

  it("keep the seed", () => {
    expect(withSamplingPreset({ temperature: 1, seed: 5 }, "thinking")).toEqual({ ...samplingPresets.thinking, seed: 5 });
  });
});

describe("changesOf", () => {
  it("is empty where nothing is set", () => {
    expect(changesOf(defaultSettings)).toEqual([]);
  });

  it("names presets instead of their numbers, and the rest one by one", () => {
    const changed = { ...defaultSettings, systemPrompt: "x", sampling: { ...samplingPresets.thinking, seed: 3 }, pictureTokens: picturePresets.fast, maxNewTokens: 10, stop: ["a", "b"], addVisionId: false };
    expect(changesOf(changed)).toEqual([
      { name: "systemPrompt" },
      { name: "sampling", preset: "thinking" },
      { name: "pictures", preset: "fast" },
      { name: "number", field: "seed", value: 3 },
      { name: "number", field: "maxNewTokens", value: 10 },
      { name: "stop", count: 2 },
      { name: "addVisionId", on: false },
    ]);
  });

  it("names the numbers of an own choice", () => {
    expect(changesOf({ ...defaultSettings, sampling: { temperature: 0.2, greedy: true }, pictureTokens: { max: 300 } })).toEqual([
      { name: "greedy" },
      { name: "number", field: "temperature", value: 0.2 },
      { name: "number", field: "pictureMax", value: 300 },
    ]);
  });
});
