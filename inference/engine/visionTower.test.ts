import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadCheckpoint } from "../checkpoint/load.ts";
import type { Checkpoint } from "../checkpoint/types.ts";
import type { ProcessedMedium } from "../media/types.ts";
import { type PreparedModel, prepareModel } from "../model/prepare.ts";
import { referenceFolder } from "../reference/read.ts";
import { CApiRuntime } from "../runtime/cApiRuntime.ts";
import { spansOf, type VisionBounds, visionBounds, type VisionFeatures, VisionTower } from "./visionTower.ts";

let cacheFolder: string;
let checkpoint: Checkpoint;
let model: PreparedModel;
beforeAll(async () => {
  cacheFolder = await mkdtemp(path.join(tmpdir(), "vision-"));
  checkpoint = await loadCheckpoint(path.join(referenceFolder, "dense"));
  model = await prepareModel(checkpoint, { dtype: "fp32", cacheFolder });
});
afterAll(async () => {
  checkpoint[Symbol.dispose]();
  await rm(cacheFolder, { recursive: true, force: true });
});

function noise(grid: ProcessedMedium["grid"]): ProcessedMedium {
  const { temporalPatchSize, patchSize } = checkpoint.config.vision;
  const patches = Uint8Array.from({ length: grid.t * grid.h * grid.w * 3 * temporalPatchSize * patchSize ** 2 }, (_, index) => (index * 7919) % 251);
  return { kind: "video", grid, patches, timestamps: [], key: "" };
}

/** With the graph `file`, and told how the frames were divided into runs. */
async function encode(file: string, medium: ProcessedMedium, bounds: VisionBounds): Promise<{ features: VisionFeatures; runs: number }> {
  await using runtime = CApiRuntime.create();
  const positionTable = await checkpoint.tensors.read("model.visual.pos_embed.weight");
  const tower = new VisionTower(runtime, await runtime.createSession(file), { config: checkpoint.config, positionTable, bounds });
  let runs = 0;
  const features = await tower.encode(medium, undefined, () => runs++);
  return { features, runs };
}

describe("the vision tower", () => {
  it("sees the same span by span, frame by frame, and with all at once", async () => {
    const medium = noise({ t: 2, h: 12, w: 20 });
    const whole = await encode(model.kinds.gpu.vision, medium, visionBounds);
    const inOneSpan = await encode(model.vision, medium, visionBounds);
    const inManySpans = await encode(model.vision, medium, { patchesPerRun: 16, pairsPerSpan: 5000 });
    expect([whole.runs, inOneSpan.runs, inManySpans.runs]).toEqual([1, 1, 2]);
    for (const { features } of [inOneSpan, inManySpans]) {
      for (const [index, values] of [features.embeddings, ...features.deepstack].entries()) {
        const expected = [whole.features.embeddings, ...whole.features.deepstack][index] ?? new Float32Array();
        expect(values.length).toBe(expected.length);
        expect(values.reduce((worst, value, place) => Math.max(worst, Math.abs(value - (expected[place] ?? NaN))), 0)).toBeLessThan(1e-4);
      }
    }
  });

  it("divides a frame into spans that come out even, from the usual size on", () => {
    expect(spansOf(4096, visionBounds)).toBe(1);
    expect(spansOf(16_384, visionBounds)).toBe(4);
    expect(spansOf(65_536, visionBounds)).toBe(64);
    expect(spansOf(4 * 127 * 97, visionBounds)).toBe(97);
  });
});
