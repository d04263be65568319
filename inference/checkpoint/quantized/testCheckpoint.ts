import { cp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { referenceFolder } from "../../reference/read.ts";
import { loadCheckpoint } from "../load.ts";

/** For tests: checkpoints of the reference cases with other tensors in them. */

export interface TestTensor {
  dtype: "F32" | "F16" | "BF16" | "I32" | "I64" | "I8" | "F8_E4M3";
  shape: readonly number[];
  data: Float32Array | Uint16Array | Int32Array | BigInt64Array | Int8Array | Uint8Array;
}

/** Every tensor of a reference checkpoint as float32. */
export async function referenceTensors(name: string): Promise<Map<string, TestTensor>> {
  using checkpoint = await loadCheckpoint(path.join(referenceFolder, name));
  const tensors = new Map<string, TestTensor>();
  for (const tensor of checkpoint.tensors.names()) {
    tensors.set(tensor, { dtype: "F32", shape: checkpoint.tensors.shape(tensor), data: await checkpoint.tensors.read(tensor) });
  }
  return tensors;
}

/** A copy of a reference checkpoint in `folder` with these tensors, and with a quantization_config. */
export async function writeTestCheckpoint(folder: string, name: string, { tensors, config }: { tensors: ReadonlyMap<string, TestTensor>; config: unknown }): Promise<void> {
  await cp(path.join(referenceFolder, name), folder, { recursive: true });
  const json = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(path.join(folder, "config.json"), "utf8")));
  await writeFile(path.join(folder, "config.json"), JSON.stringify({ ...json, quantization_config: config }));
  await writeFile(path.join(folder, "model.safetensors"), safetensors(tensors));
}

function safetensors(tensors: ReadonlyMap<string, TestTensor>): Buffer {
  const header: Record<string, unknown> = {};
  const parts: Buffer[] = [];
  let offset = 0;
  for (const [name, { dtype, shape, data }] of tensors) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    parts.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    offset += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([prefix, text, ...parts]);
}
