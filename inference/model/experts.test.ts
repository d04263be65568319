import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TensorStore } from "../checkpoint/types.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { createQuantizer } from "../quantization/quantizer.ts";
import { CApiRuntime } from "../runtime/cApiRuntime.ts";
import { multipliesBlobs } from "./blobProducts.ts";
import type { MatrixFormat } from "./dtypes.ts";
import { expertLayer } from "./experts.ts";
import { LayerBuilder } from "./layers.ts";
import { WeightFile } from "./weightFile.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), "experts-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const hidden = 64;
const experts = 8;

/** Matrices of which each block of 32 inputs lies on a grid of 16 levels, so that 4 bits hold them exactly. */
function gridTensors(inter: number): TensorStore {
  const shapes = new Map([
    ["mlp.gate.weight", [experts, hidden]],
    ["mlp.experts.gate_up_proj", [experts, hidden, 2 * inter]],
    ["mlp.experts.down_proj", [experts, inter, hidden]],
  ]);
  const shape = (name: string) => shapes.get(name) ?? [];
  const values = (name: string): Float32Array<ArrayBuffer> => {
    const [, rows = 0, columns = 0] = shape(name);
    const count = shape(name).reduce((product, dim) => product * dim, 1);
    if (columns === 0) return Float32Array.from({ length: count }, (_, index) => Math.sin(index * 1.3));
    return Float32Array.from({ length: count }, (_, index) => {
      const input = Math.floor(index / columns) % rows;
      const scale = 0.01 * (1 + ((index % columns) % 7));
      return scale * (input % 16 === 0 ? -8 : ((index * 7919) % 15) - 7);
    });
  };
  return {
    hasRows: () => false,
    has: (name) => shapes.has(name),
    names: () => shapes.keys(),
    shape,
    dtype: () => "F32",
    blocks: () => undefined,
    readRows: () => new Float32Array(),
    read: (name, rows) => {
      const all = values(name);
      const stride = all.length / (shape(name)[0] ?? 1);
      return Promise.resolve(rows ? all.slice(rows.from * stride, rows.to * stride) : all);
    },
    [Symbol.dispose]: () => undefined,
  };
}

async function compute(format: MatrixFormat, { inter, tokens, normalizeTopK }: { inter: number; tokens: number; normalizeTopK: boolean }): Promise<Float32Array> {
  const graph = new GraphBuilder();
  const x = graph.input("x", "float32", ["batch", "length", hidden]);
  {
    await using weights = await WeightFile.create(path.join(folder, `${JSON.stringify(format)}.bin`), `${JSON.stringify(format)}.bin`);
    await using quantizer = createQuantizer(1);
    const layers = new LayerBuilder(graph, { tensors: gridTensors(inter), weights, quantizer });
    const moe = { experts, expertsPerToken: 3, intermediateSize: inter, normalizeTopK, isExpertLayer: () => true };
    graph.output("y", "float32", ["batch", "length", hidden], await expertLayer(layers, x, { moe, hiddenSize: hidden, name: "mlp", format, blobs: true }));
  }
  const file = path.join(folder, "model.onnx");
  await writeFile(file, graph.encode("cpu"));
  await using runtime = CApiRuntime.create();
  await using session = await runtime.createSession(file);
  using binding = session.createBinding();
  using input = runtime.createTensor("float32", [1, tokens, hidden], Float32Array.from({ length: tokens * hidden }, (_, index) => Math.cos(index * 0.7)));
  using output = runtime.createTensor("float32", [1, tokens, hidden]);
  binding.bindInput("x", input);
  binding.bindOutput("y", output);
  await binding.run();
  return output.data.slice();
}

const four: MatrixFormat = { bits: 4, block: 32, zeroPoints: false };

describe.runIf(await multipliesBlobs())("a mixture of experts in four bits", () => {
  it.each([
    { inter: 64, tokens: 1, normalizeTopK: true },
    { inter: 64, tokens: 9, normalizeTopK: true },
    { inter: 64, tokens: 9, normalizeTopK: false },
    { inter: 48, tokens: 9, normalizeTopK: true }, // an incomplete block
  ])("gives what ONNX Runtime's operator gives for the same values: %j", async (options) => {
    const expected = await compute("fp32", options);
    const actual = await compute(four, options);
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeGreaterThan(0.01);
    const worst = expected.reduce((most, value, index) => Math.max(most, Math.abs(value - (actual[index] ?? NaN))), 0);
    expect(worst / largest).toBeLessThan(1e-5);
  });
});
