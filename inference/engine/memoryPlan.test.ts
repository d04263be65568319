import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parseModelConfig } from "../checkpoint/config.ts";
import { embeddedCheckpoint } from "../embedded.ts";
import { EngineError } from "../errors.ts";
import { type Dtype, matrixFormats } from "../model/dtypes.ts";
import { describePlan, planMemory, visionRunBytes, weightBytes } from "./memoryPlan.ts";

const { model: embedded } = parseModelConfig(JSON.parse(readFileSync(path.join(embeddedCheckpoint, "config.json"), "utf8")));
/** The language model of the published 2B. */
const large = {
  ...embedded,
  text: { ...embedded.text, hiddenSize: 2048, intermediateSize: 6144, layers: 28, heads: 16, kvHeads: 8, headDim: 128, vocabularySize: 151_936, maxPositions: 262_144 },
};
const gibibyte = 2 ** 30;
const wishes = { dtype: "fp32", slots: 2, maxContext: undefined, prefillChunk: 512, available: 16 * gibibyte } as const;

describe("a memory plan", () => {
  it("counts weights as they are stored", () => {
    const size = readFileSync(path.join(embeddedCheckpoint, "model.safetensors")).length;
    expect(weightBytes(embedded, matrixFormats.fp32) / (2 * size)).toBeCloseTo(1, 1);
    const ratio = weightBytes(large, matrixFormats.int4) / weightBytes(large, matrixFormats.fp32);
    expect(ratio).toBeGreaterThan(0.15);
    expect(ratio).toBeLessThan(0.2);
    const bytes = (dtype: Dtype) => weightBytes(large, matrixFormats[dtype]);
    const [plain, withZeroPoints] = [bytes("int4-block128"), bytes("int4-block128-zero-points")];
    const matrices = 28 * (2048 * 128 * (2 * 16 + 2 * 8) + 3 * 2048 * 6144) + 2048 * 151_936;
    expect(withZeroPoints - plain).toBe(matrices / 128 / 2);
    expect(bytes("int4") - plain).toBe((matrices / 32 - matrices / 128) * 4);
  });

  it("gives a small model all of its context", () => {
    expect(planMemory(embedded, wishes).context).toBe(embedded.text.maxPositions);
  });

  it("gives a large one what fits, and more to fewer slots and smaller weights", () => {
    const plan = planMemory(large, wishes);
    expect(plan.kvCachePerToken).toBe(28 * 2 * 8 * 128 * 4);
    expect(plan.total).toBeLessThanOrEqual(wishes.available);
    expect(plan.context).toBeLessThan(large.text.maxPositions);
    expect(planMemory(large, { ...wishes, slots: 1 }).context).toBeGreaterThan(plan.context);
    expect(planMemory(large, { ...wishes, dtype: "int4" }).context).toBeGreaterThan(plan.context);
  });

  it("counts a large picture by its spans, and says so beside what 1,000 tokens take", () => {
    const vision = { ...large.vision, hiddenSize: 1024, intermediateSize: 4096, heads: 16, outputSize: 2048, patchSize: 16, temporalPatchSize: 2, mergeSize: 2, deepstackLayers: [5, 11] };
    // Measured with this shape: 454 and 960 MiB, and with one layer 2,600.
    const runs = [4096, 16_384, 65_536].map((patches) => Math.round(visionRunBytes(vision, patches) / 2 ** 20));
    expect(runs).toEqual([456, 1152, 3768]);
    const plan = planMemory({ ...large, vision }, { ...wishes, maxContext: 4096 });
    expect(plan.largePicture / 2 ** 20).toBeCloseTo(3768 - 456, -1);
    expect(describePlan(plan)).toMatch(/\(219 MiB per 1,000 tokens\)\. A picture of 16,384 tokens takes 3,3\d\d MiB more while it is seen\.$/);
  });

  it("runs a mixture of 30 billion on 24 GiB where its experts are multiplied in the mapped file, and not where they are packed", () => {
    const moe = { experts: 128, expertsPerToken: 8, intermediateSize: 768, normalizeTopK: true, isExpertLayer: () => true };
    const mixture = { ...large, tieWordEmbeddings: false, text: { ...large.text, layers: 48, heads: 32, kvHeads: 4, moe } };
    const plan = (expertBlobs: boolean) =>
      planMemory(mixture, { ...wishes, dtype: "int4", formats: { ...matrixFormats.int4, expertBlobs }, slots: 1, available: 0.85 * 24 * gibibyte });
    expect(plan(true).context).toBeGreaterThan(16_000);
    expect(() => plan(false)).toThrow(EngineError);
  });

  it("refuses what does not fit, with the figures", () => {
    const refusal = (change: object) => {
      try {
        planMemory(large, { ...wishes, ...change });
        return undefined;
      } catch (fault) {
        return fault instanceof EngineError ? fault : expect.fail();
      }
    };
    expect(refusal({ available: 4 * gibibyte })).toMatchObject({ code: "memory_exceeded", params: { available: 4096, dtype: "fp32", slots: 2 } });
    expect(refusal({ maxContext: 262_144 })?.params.context).toBe(262_144);
    expect(refusal({ available: 4 * gibibyte, dtype: "int4", maxContext: 2048 })).toBeUndefined();
  });
});
