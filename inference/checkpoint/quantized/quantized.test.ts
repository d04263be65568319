import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EngineError } from "../../errors.ts";
import { float8ToFloat32 } from "../convert.ts";
import { loadCheckpoint } from "../load.ts";
import { referenceTensors, type TestTensor, writeTestCheckpoint } from "./testCheckpoint.ts";
import { awq, compressed, gptq, group, halves, interleaved, layerNames, type Levels, neighbors, packed } from "./testPacking.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), "quantized-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function expectValues(expected: ReadonlyMap<string, Float32Array>, all: ReadonlyMap<string, TestTensor>): Promise<void> {
  expect(expected.size).toBeGreaterThan(10);
  using checkpoint = await loadCheckpoint(folder);
  const { tensors } = checkpoint;
  for (const [name, values] of expected) {
    expect(await tensors.read(name), name).toEqual(values);
    const rowLength = tensors.shape(name).slice(1).reduce((product, extent) => product * extent, 1);
    expect(await tensors.read(name, { from: 3, to: 5 }), name).toEqual(values.slice(3 * rowLength, 5 * rowLength));
  }
  expect([...tensors.names()].sort()).toEqual([...(await referenceTensors("dense")).keys()].sort());
  const untouched = "model.visual.blocks.0.attn.qkv.weight";
  expect(await tensors.read(untouched)).toEqual(all.get(untouched)?.data);
}

describe("a checkpoint of packed integers", () => {
  it("in AWQ's layout stands for its values", async () => {
    const { tensors, expected } = await packed(awq);
    await writeTestCheckpoint(folder, "dense", { tensors, config: { quant_method: "awq", bits: 4, group_size: group, zero_point: true, version: "gemm" } });
    await expectValues(expected, tensors);
  });

  it.each([
    [1, "gptq"],
    [2, "gptq_v2"],
  ])("in GPTQ's layout, version %d, stands for its values", async (version, format) => {
    const { tensors, expected } = await packed((levels) => gptq(levels, { version, groupIndex: Int32Array.from({ length: levels.inputs }, (_, input) => neighbors(input, levels.groups)) }));
    await writeTestCheckpoint(folder, "dense", { tensors, config: { quant_method: "gptq", bits: 4, group_size: group, desc_act: false, checkpoint_format: format } });
    await expectValues(expected, tensors);
  });

  it("in GPTQ's layout with inputs in groups of another order stands for its values", async () => {
    const groupIndex = ({ inputs, groups }: Levels) => Int32Array.from({ length: inputs }, (_, input) => interleaved(input, groups));
    const { tensors, expected } = await packed((levels) => gptq(levels, { groupIndex: groupIndex(levels) }), { grouping: interleaved });
    await writeTestCheckpoint(folder, "dense", { tensors, config: { quant_method: "gptq", bits: 4, group_size: group, desc_act: true } });
    await expectValues(expected, tensors);
  });

  it.each([true, false])("in the layout of compressed-tensors stands for its values, symmetric: %s", async (symmetric) => {
    const { tensors, expected } = await packed((levels) => compressed(levels, symmetric), { symmetric });
    await writeTestCheckpoint(folder, "dense", { tensors, config: { quant_method: "compressed-tensors", format: "pack-quantized" } });
    await expectValues(expected, tensors);
  });

  it("reads the bits as the formats lay them down", async () => {
    const tensors = await referenceTensors("dense");
    const name = "model.language_model.layers.0.self_attn.q_proj.weight";
    const [outputs = 0, inputs = 0] = tensors.get(name)?.shape ?? [];
    tensors.delete(name);
    const layer = name.replace(/\.weight$/, "");
    const filled = (dtype: "I32", rows: number, columns: number, word: number): TestTensor => ({ dtype, shape: [rows, columns], data: new Int32Array(rows * columns).fill(word) });
    const ones = (rows: number, columns: number): TestTensor => halves(rows, columns, () => 1);
    // Nibbles from the highest to the lowest: 7 6 5 4 3 2 1 0.
    const ascending = 0x76543210;
    const read = async (parts: Record<string, TestTensor>, config: unknown) => {
      const all = new Map([...tensors, ...Object.entries(parts).map(([suffix, tensor]) => [`${layer}.${suffix}`, tensor] as const)]);
      await writeTestCheckpoint(folder, "dense", { tensors: all, config });
      using checkpoint = await loadCheckpoint(folder);
      return await checkpoint.tensors.read(name);
    };
    const firstInputs = (values: Float32Array) => [...values.subarray(0, 8)];
    const firstOutputs = (values: Float32Array) => Array.from({ length: 8 }, (_, output) => values[output * inputs]);

    const awqParts = { qweight: filled("I32", inputs, outputs / 8, ascending), qzeros: filled("I32", 1, outputs / 8, 0), scales: ones(1, outputs) };
    const fromAwq = await read(awqParts, { quant_method: "awq", bits: 4 });
    expect(firstOutputs(fromAwq)).toEqual([0, 4, 1, 5, 2, 6, 3, 7]);
    expect(firstInputs(fromAwq)).toEqual(Array(8).fill(0));

    const gptqParts = { qweight: filled("I32", inputs / 8, outputs, ascending), qzeros: filled("I32", 1, outputs / 8, 0x77777777), scales: ones(1, outputs) };
    const fromGptq = await read(gptqParts, { quant_method: "gptq", bits: 4 });
    expect(firstInputs(fromGptq)).toEqual([-8, -7, -6, -5, -4, -3, -2, -1]);
    expect(firstOutputs(fromGptq)).toEqual(Array(8).fill(-8));

    const compressedParts = {
      weight_packed: filled("I32", outputs, inputs / 8, ascending),
      weight_scale: ones(outputs, 1),
      weight_zero_point: filled("I32", outputs / 8, 1, ascending),
      weight_shape: { dtype: "I64", shape: [2], data: BigInt64Array.of(BigInt(outputs), BigInt(inputs)) } as const,
    };
    const fromCompressed = await read(compressedParts, { quant_method: "compressed-tensors", format: "pack-quantized" });
    expect(firstInputs(fromCompressed)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(firstOutputs(fromCompressed)).toEqual([0, -1, -2, -3, -4, -5, -6, -7]);
  });
});

/** The nearest of the 8-bit floating-point numbers. */
function toFloat8(values: Float32Array): Uint8Array {
  const table = new Float32Array(127);
  float8ToFloat32(Uint8Array.from(table.keys()), table);
  return Uint8Array.from(values, (value) => {
    const magnitude = Math.abs(value);
    let nearest = 0;
    for (const [code, number] of table.entries()) if (Math.abs(number - magnitude) < Math.abs((table[nearest] ?? 0) - magnitude)) nearest = code;
    return nearest | (value < 0 ? 0x80 : 0);
  });
}

describe("a checkpoint of 8-bit numbers", () => {
  it("knows all of them", () => {
    const values = new Float32Array(6);
    float8ToFloat32(Uint8Array.of(0x00, 0x01, 0x08, 0x38, 0x7e, 0xfe), values);
    expect([...values]).toEqual([0, 2 ** -9, 2 ** -6, 1, 448, -448]);
    float8ToFloat32(Uint8Array.of(0x7f), values);
    expect(values[0]).toBeNaN();
  });

  // The reference layers are smaller than 128; 24 leaves an incomplete block on both sides.
  it.each([
    [24, "weight_scale_inv", "BF16"],
    [128, "weight_scale_inv", "F32"],
  ] as const)("in blocks of %d with %s stands for its values", async (block, suffix, scaleDtype) => {
    const tensors = await referenceTensors("dense");
    const expected = new Map<string, Float32Array>();
    for (const [name, { shape, data }] of [...tensors]) {
      if (!layerNames.test(name)) continue;
      const [rows = 0, columns = 0] = shape;
      const across = Math.ceil(columns / block);
      const scale = (index: number) => 2 ** -8 * (1 + index % 5);
      const scaleAt = (index: number) => scale(Math.floor(Math.floor(index / columns) / block) * across + Math.floor((index % columns) / block));
      const bytes = toFloat8((data as Float32Array).map((value, index) => value / scaleAt(index)));
      const values = new Float32Array(bytes.length);
      float8ToFloat32(bytes, values);
      expected.set(name, values.map((value, index) => value * scaleAt(index)));
      tensors.set(name, { dtype: "F8_E4M3", shape, data: bytes });
      const scales = Float32Array.from({ length: Math.ceil(rows / block) * across }, (_, index) => scale(index));
      const upperHalves = new Uint16Array(scales.buffer).filter((_, index) => index % 2 === 1);
      tensors.set(name.replace(/weight$/, suffix), { dtype: scaleDtype, shape: [scales.length / across, across], data: scaleDtype === "BF16" ? upperHalves : scales });
    }
    await writeTestCheckpoint(folder, "dense", { tensors, config: { quant_method: "fp8", fmt: "e4m3", weight_block_size: [block, block] } });
    await expectValues(expected, tensors);
  });

  it.each(["F8_E4M3", "I8"] as const)("with a scale for each row, as %s, stands for its values", async (dtype) => {
    const tensors = await referenceTensors("dense");
    const expected = new Map<string, Float32Array>();
    for (const [name, { shape, data }] of [...tensors]) {
      if (!layerNames.test(name)) continue;
      const [rows = 0, columns = 0] = shape;
      const scaled = (data as Float32Array).map((value) => value * 256);
      const codes = dtype === "I8" ? Int8Array.from(scaled, (value) => Math.max(-127, Math.min(127, Math.round(value)))) : toFloat8(scaled);
      const values = new Float32Array(codes.length);
      if (codes instanceof Int8Array) values.set(codes);
      else float8ToFloat32(codes, values);
      const scales = Float32Array.from({ length: rows }, (_, row) => (1 + (row % 4)) / 256);
      expected.set(name, values.map((value, index) => value * (scales[Math.floor(index / columns)] ?? 0)));
      tensors.set(name, { dtype, shape, data: codes });
      tensors.set(`${name}_scale`, { dtype: "F32", shape: [rows, 1], data: scales });
    }
    await writeTestCheckpoint(folder, "dense", { tensors, config: { quant_method: "compressed-tensors", format: "float-quantized" } });
    await expectValues(expected, tensors);
  });
});

describe("experts", () => {
  it("that are stored one by one are those that are stored together", async () => {
    const tensors = await referenceTensors("moe");
    const together = new Map(tensors);
    for (const [name, { shape, data }] of [...tensors]) {
      const [, layer = "", projection] = /^(.*\.experts)\.(gate_up_proj|down_proj)$/.exec(name) ?? [];
      if (projection === undefined) continue;
      tensors.delete(name);
      const [count = 0, inputs = 0, columns = 0] = shape;
      const parts = projection === "down_proj" ? ["down_proj"] : ["gate_proj", "up_proj"];
      const outputs = columns / parts.length;
      for (let expert = 0; expert < count; expert++) {
        for (const [part, partName] of parts.entries()) {
          const values = Float32Array.from({ length: outputs * inputs }, (_, index) => {
            const [output, input] = [Math.floor(index / inputs), index % inputs];
            return Number(data[(expert * inputs + input) * columns + part * outputs + output]);
          });
          tensors.set(`${layer}.${expert}.${partName}.weight`, { dtype: "F32", shape: [outputs, inputs], data: values });
        }
      }
    }
    await writeTestCheckpoint(folder, "moe", { tensors, config: undefined });
    using checkpoint = await loadCheckpoint(folder);
    expect([...checkpoint.tensors.names()].sort()).toEqual([...together.keys()].sort());
    for (const [name, { data }] of together) expect(await checkpoint.tensors.read(name), name).toEqual(data);
  });

  it("in blocks of 8-bit numbers, stored together, have scales of their own", async () => {
    const tensors = await referenceTensors("moe");
    const [name, tensor] = [...tensors].find(([key]) => key.endsWith("experts.down_proj")) ?? ["", undefined];
    const [count = 0, rows = 0, columns = 0] = tensor?.shape ?? [];
    const codes = new Uint8Array(count * rows * columns).fill(0x38); // ones
    tensors.set(name, { dtype: "F8_E4M3", shape: [count, rows, columns], data: codes });
    tensors.set(`${name}_scale_inv`, { dtype: "F32", shape: [count, 1, 1], data: Float32Array.from({ length: count }, (_, expert) => expert) });
    await writeTestCheckpoint(folder, "moe", { tensors, config: { quant_method: "fp8", weight_block_size: [128, 128] } });
    using checkpoint = await loadCheckpoint(folder);
    const values = await checkpoint.tensors.read(name, { from: 1, to: 3 });
    expect([values[0], values.at(-1)]).toEqual([1, 2]);
  });
});

describe("a quantized checkpoint is refused", () => {
  async function fault(tensors: ReadonlyMap<string, TestTensor>, config: unknown): Promise<unknown> {
    await writeTestCheckpoint(folder, "dense", { tensors, config });
    return loadCheckpoint(folder).then(() => undefined, (reason: unknown) => reason);
  }

  it.each([{ quant_method: "bitsandbytes" }, { quant_method: "awq", bits: 4, version: "gemv" }, { quant_method: "gptq", bits: 3 }, { quant_method: "compressed-tensors", format: "nvfp4-pack-quantized" }])(
    "when it is quantized another way: %o",
    async (config) => {
      expect(await fault(await referenceTensors("dense"), config)).toMatchObject({ code: "checkpoint_unsupported" });
    },
  );

  it("when a layer is incomplete, or its parts do not go together", async () => {
    const config = { quant_method: "awq", bits: 4 };
    const { tensors } = await packed(awq);
    const name = [...tensors.keys()].find((key) => key.endsWith(".scales")) ?? "";
    const scales = tensors.get(name);
    tensors.delete(name);
    expect(await fault(tensors, config)).toMatchObject({ code: "checkpoint_corrupt", params: { reason: /scales/ } });
    if (scales) tensors.set(name, { ...scales, shape: [...scales.shape].reverse() });
    expect(await fault(tensors, config)).toBeInstanceOf(EngineError);
  });
});
