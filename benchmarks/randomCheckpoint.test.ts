import { copyFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseModelConfig } from "../inference/checkpoint/config.ts";
import { expectedTensors } from "../inference/checkpoint/expectedTensors.ts";
import { loadCheckpoint } from "../inference/checkpoint/load.ts";
import { referenceFolder } from "../inference/reference/read.ts";
import { writePublishedCheckpoint } from "./randomCheckpoint.ts";
import { writeRandomTensors } from "./randomTensors.ts";
import { publishedConfig, shapeNames } from "./shapes.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), "random-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Parameters in billions, as the models' names and cards say. */
const parameters = { "2B": 2.1, "4B": 4.4, "8B": 8.8, "32B": 33.4, "30B-A3B": 31.1, "235B-A22B": 235.7 };

describe("published shapes", () => {
  it.each(shapeNames)("%s has as many parameters as its name says", (name) => {
    const { model } = parseModelConfig(publishedConfig(name, { format: "bf16", tokens: {} }));
    let count = 0;
    for (const { shape } of expectedTensors(model)) count += shape.reduce((product, extent) => product * extent, 1);
    expect(count / 1e9).toBeCloseTo(parameters[name], 0);
  });
});

describe("random checkpoints", () => {
  it.each(shapeNames.flatMap((name) => [[name, "bf16"], [name, "fp8"]] as const))("of the shape %s load in %s at full depth", async (name, format) => {
    await writePublishedCheckpoint(folder, name, { format, isHollow: () => true });
    using checkpoint = await loadCheckpoint(folder);
    const { text, vision } = checkpoint.config;
    expect(text).toMatchObject({ headDim: 128, maxPositions: 262_144, rope: { theta: 5_000_000, mropeSection: [24, 20, 20] } });
    expect(vision.outputSize).toBe(text.hiddenSize);
    const matrix = `model.language_model.layers.${text.layers - 1}.mlp.${text.moe ? "experts.down_proj" : "down_proj.weight"}`;
    expect(checkpoint.tensors.dtype(matrix)).toBe(format === "fp8" ? "F8_E4M3" : "BF16");
    expect(checkpoint.tensors.dtype("model.visual.merger.linear_fc1.weight")).toBe("BF16");
  });

  it.each(["bf16", "fp8"] as const)("have values of a trained model's size in %s, in shards", async (format) => {
    const { model } = parseModelConfig(JSON.parse(await readFile(path.join(referenceFolder, "moe", "config.json"), "utf8")));
    await writePublishedCheckpoint(folder, "2B", { layers: 1, format, isHollow: () => true });
    await writeRandomTensors(folder, expectedTensors(model), { format, largestShard: 300e3 });
    expect((await readdir(folder)).filter((name) => name.endsWith(".safetensors")).length).toBeGreaterThan(3);
    for (const name of ["config.json", "preprocessor_config.json", "video_preprocessor_config.json"]) await copyFile(path.join(referenceFolder, "moe", name), path.join(folder, name));
    await rm(path.join(folder, "model.safetensors"));
    using checkpoint = await loadCheckpoint(folder);
    for (const name of ["self_attn.q_proj.weight", "mlp.experts.gate_up_proj"]) {
      const values = await checkpoint.tensors.read(`model.language_model.layers.1.${name}`);
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
      expect(deviation).toBeGreaterThan(0.005);
      expect(deviation).toBeLessThan(0.05);
    }
    expect([...(await checkpoint.tensors.read("model.language_model.norm.weight"))]).toEqual(Array(model.text.hiddenSize).fill(1));
  });
});
