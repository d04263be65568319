import { type FileHandle, open, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { float8ToFloat32 } from "../inference/checkpoint/convert.ts";
import type { ExpectedTensor } from "../inference/checkpoint/expectedTensors.ts";
import { type CheckpointFormat, fp8Block } from "./shapes.ts";

/** Random weights in safetensors files of the published layout. */

/** A prime, so that no two rows of a matrix are the same. */
const noiseCount = 1_048_573;

interface StoredTensor extends ExpectedTensor {
  dtype: "BF16" | "F8_E4M3";
  fill: "noise" | "ones" | "scales" | "zeros";
}

export interface Layout {
  format: CheckpointFormat;
  /** Bytes; what does not fit goes to the next file. As published by default. */
  largestShard?: number;
  /** Tensors that are zero and take no room on the disk. */
  isHollow?: (name: string) => boolean;
}

/** Writes model.safetensors, or shards with an index where one would be too large. */
export async function writeRandomTensors(folder: string, tensors: Iterable<ExpectedTensor>, { format, largestShard = 5e9, isHollow = () => false }: Layout): Promise<void> {
  const shards: StoredTensor[][] = [[]];
  let size = 0;
  for (const tensor of storedTensors(tensors, { format, isHollow })) {
    if (size > 0 && size + bytesOf(tensor) > largestShard) {
      shards.push([]);
      size = 0;
    }
    size += bytesOf(tensor);
    shards.at(-1)?.push(tensor);
  }
  const names = shards.map((_, index) => (shards.length === 1 ? "model.safetensors" : `model-${fiveDigits(index + 1)}-of-${fiveDigits(shards.length)}.safetensors`));
  const noise = { BF16: bfloat16Noise(), F8_E4M3: float8Noise() };
  for (const [index, shard] of shards.entries()) await writeShard(path.join(folder, names[index] ?? ""), shard, noise);
  if (shards.length === 1) return;
  const weightMap = Object.fromEntries(shards.flatMap((shard, index) => shard.map(({ name }) => [name, names[index]])));
  const total = shards.flat().reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  await writeFile(path.join(folder, "model.safetensors.index.json"), JSON.stringify({ metadata: { total_size: total }, weight_map: weightMap }, null, 2));
}

/** In FP8 checkpoints the matrices of the layers come with scales, and router, output layer, embedding and vision tower stay as they are. */
function* storedTensors(tensors: Iterable<ExpectedTensor>, { format, isHollow }: Required<Omit<Layout, "largestShard">>): Generator<StoredTensor> {
  for (const tensor of tensors) {
    const { name, shape } = tensor;
    const fill = isHollow(name) ? "zeros" : /norm\d?\.weight$/.test(name) ? "ones" : "noise";
    if (format === "fp8" && /\.(self_attn\.[qkvo]_proj|mlp\.(gate|up|down)_proj)\.weight$|\.experts\./.test(name)) {
      const scales = shape.map((extent, dimension) => (dimension < shape.length - 2 ? extent : Math.ceil(extent / fp8Block)));
      yield { ...tensor, dtype: "F8_E4M3", fill };
      yield { name: `${name}_scale_inv`, shape: scales, dtype: "BF16", fill: "scales" };
    } else yield { ...tensor, dtype: "BF16", fill };
  }
}

function bytesOf({ shape, dtype }: StoredTensor): number {
  return shape.reduce((product, extent) => product * extent, dtype === "BF16" ? 2 : 1);
}

function fiveDigits(count: number): string {
  return String(count).padStart(5, "0");
}

/** Under another name until it is complete. */
async function writeShard(file: string, tensors: readonly StoredTensor[], noise: Record<StoredTensor["dtype"], Buffer>): Promise<void> {
  let size = 0;
  const header: Record<string, { dtype: string; shape: readonly number[]; data_offsets: [number, number] }> = {};
  for (const tensor of tensors) {
    const { name, shape, dtype } = tensor;
    header[name] = { dtype, shape, data_offsets: [size, size + bytesOf(tensor)] };
    size += bytesOf(tensor);
  }
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(text.length));
  {
    await using handle = await open(`${file}.part`, "w");
    await handle.write(Buffer.concat([prefix, text]));
    let at = prefix.length + text.length;
    await handle.truncate(at + size);
    for (const tensor of tensors) {
      const content = contentOf(tensor, noise);
      if (content) await writeRepeated(handle, content, { at, size: bytesOf(tensor) });
      at += bytesOf(tensor);
    }
  }
  await rename(`${file}.part`, file);
}

/** What a tensor's bytes repeat. */
function contentOf({ fill, dtype }: StoredTensor, noise: Record<StoredTensor["dtype"], Buffer>): Buffer | undefined {
  switch (fill) {
    case "noise":
      return noise[dtype];
    case "ones":
      return bfloat16(1 << 12, () => 1);
    case "scales":
      return bfloat16(1 << 12, (uniform) => (1 + uniform) / 20_000);
    case "zeros":
      return undefined;
  }
}

async function writeRepeated(handle: FileHandle, part: Buffer, { at, size }: { at: number; size: number }): Promise<void> {
  for (let done = 0; done < size; ) {
    const { bytesWritten } = await handle.write(part, 0, Math.min(part.length, size - done), at + done);
    done += bytesWritten;
  }
}

/** From 0 to 1, from a fixed seed. */
function uniforms(): () => number {
  let state = 1;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

function bfloat16(count: number, valueOf: (uniform: number) => number): Buffer {
  const random = uniforms();
  const bits = new Uint32Array(Float32Array.from({ length: count }, () => valueOf(random())).buffer);
  return Buffer.from(Uint16Array.from(bits, (word) => word >>> 16).buffer);
}

/** Values of about ±0.02. */
function bfloat16Noise(): Buffer {
  return bfloat16(noiseCount, (uniform) => (uniform - 0.5) / 25);
}

/** Values up to ±320, evenly distributed; with the scales about ±0.02. */
function float8Noise(): Buffer {
  const codes = Uint8Array.from({ length: 0x7f }, (_, code) => code);
  const values = new Float32Array(codes.length);
  float8ToFloat32(codes, values);
  const nearest = (value: number) => codes.reduce((best, code) => (Math.abs((values[code] ?? 0) - value) < Math.abs((values[best] ?? 0) - value) ? code : best));
  const table = Uint8Array.from({ length: 1024 }, (_, index) => nearest(Math.abs(index / 1.6 - 320)) | (index < 512 ? 0x80 : 0));
  const random = uniforms();
  return Buffer.from(Uint8Array.from({ length: noiseCount }, () => table[Math.floor(random() * 1024)] ?? 0));
}
