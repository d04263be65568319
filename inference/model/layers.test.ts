import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadCheckpoint } from "../checkpoint/load.ts";
import { referenceTensors, writeTestCheckpoint } from "../checkpoint/quantized/testCheckpoint.ts";
import { awq, compressed, packed } from "../checkpoint/quantized/testPacking.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { createQuantizer } from "../quantization/quantizer.ts";
import { CApiRuntime } from "../runtime/cApiRuntime.ts";
import { type Dtype, matrixFormats } from "./dtypes.ts";
import type { GraphKind } from "./graphKinds.ts";
import { LayerBuilder } from "./layers.ts";
import { WeightFile } from "./weightFile.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), "layers-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const layer = "model.language_model.layers.0.mlp.down_proj";

/** Small integers of which each block has the largest: what quantizing activations to 8 bits leaves as it is. */
function integers(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => (index % 16 === 0 ? 127 : ((index * 37) % 100) - 50));
}

/** What a prepared layer makes of two rows of inputs, and what the checkpoint's values make of them. */
async function products(dtype: Dtype, { kind = "cpu", largestBuffer }: { kind?: GraphKind; largestBuffer?: number } = {}): Promise<{ actual: Float32Array; expected: Float32Array }> {
  using checkpoint = await loadCheckpoint(folder);
  const [outputs = 0, inputs = 0] = checkpoint.tensors.shape(`${layer}.weight`);
  const graph = new GraphBuilder();
  {
    await using weights = await WeightFile.create(path.join(folder, "weights.bin"), "weights.bin");
    await using quantizer = createQuantizer(1);
    const layers = new LayerBuilder(graph, { tensors: checkpoint.tensors, weights, quantizer, ...(largestBuffer === undefined ? {} : { largestBuffer }) });
    const x = graph.input("x", "float32", ["batch", "rows", inputs]);
    graph.output("y", "float32", ["batch", "rows", outputs], await layers.linear(x, layer, { format: matrixFormats[dtype].decoder }));
  }
  await writeFile(path.join(folder, "model.onnx"), graph.encode(kind));
  await using runtime = CApiRuntime.create();
  await using session = await runtime.createSession(path.join(folder, "model.onnx"));
  using binding = session.createBinding();
  const values = integers(2 * inputs);
  using x = runtime.createTensor("float32", [2, 1, inputs], values);
  using y = runtime.createTensor("float32", [2, 1, outputs]);
  binding.bindInput("x", x);
  binding.bindOutput("y", y);
  await binding.run();
  const matrix = await checkpoint.tensors.read(`${layer}.weight`);
  const expected = Float32Array.from({ length: 2 * outputs }, (_, index) => {
    const row = values.subarray(Math.floor(index / outputs) * inputs, (Math.floor(index / outputs) + 1) * inputs);
    return row.reduce((sum, value, input) => sum + value * (matrix[(index % outputs) * inputs + input] ?? 0), 0);
  });
  return { actual: y.data.slice(), expected };
}

function relativeError({ actual, expected }: { actual: Float32Array; expected: Float32Array }): number {
  const norm = (values: Float32Array) => Math.hypot(...values);
  return norm(actual.map((value, index) => value - (expected[index] ?? 0))) / norm(expected);
}

it.each([
  ["awq", () => packed(awq), { quant_method: "awq", bits: 4 }],
  ["compressed-tensors", () => packed((levels) => compressed(levels, true), { symmetric: true }), { quant_method: "compressed-tensors", format: "pack-quantized" }],
] as const)("multiplies by the integers of a checkpoint as they stand: %s", async (_, pack, config) => {
  await writeTestCheckpoint(folder, "dense", { ...(await pack()), config });
  expect(relativeError(await products("int4"))).toBeLessThan(1e-5);
});

it.each([
  ["fp32", 1e-6],
  ["fp16", 1e-3],
  ["int8", 0.02],
  ["int4", 0.15],
  ["int4-zero-points", 0.15],
  ["int4-block128", 0.18],
  ["int4-block128-zero-points", 0.18],
] as const)("multiplies in %s", async (dtype, tolerance) => {
  await writeTestCheckpoint(folder, "dense", { tensors: await referenceTensors("dense"), config: undefined });
  expect(relativeError(await products(dtype))).toBeLessThan(tolerance);
});

// The CPU computes a GPU's graphs too, with the same roundings.
it.each([
  ["fp32", "gpu", 1e-6],
  ["fp32", "gpu-half", 1e-6],
  ["fp16", "gpu", 1e-3],
  ["fp16", "gpu-half", 4e-3],
  ["int4", "gpu", 0.15],
] as const)("multiplies in %s in the graph of kind %s", async (dtype, kind, tolerance) => {
  await writeTestCheckpoint(folder, "dense", { tensors: await referenceTensors("dense"), config: undefined });
  expect(relativeError(await products(dtype, { kind }))).toBeLessThan(tolerance);
});

it.each(["fp32", "fp16"] as const)("multiplies by a matrix of %s that is larger than a GPU's buffer", async (dtype) => {
  await writeTestCheckpoint(folder, "dense", { tensors: await referenceTensors("dense"), config: undefined });
  expect(relativeError(await products(dtype, { kind: "gpu-half", largestBuffer: 5000 }))).toBeLessThan(4e-3);
});
