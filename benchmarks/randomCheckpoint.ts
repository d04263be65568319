import { copyFile, mkdir, open, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { embeddedCheckpoint } from "../inference/embedded.ts";
import { parseModelConfig } from "../inference/checkpoint/config.ts";
import type { TextConfig, VisionConfig } from "../inference/checkpoint/types.ts";
import { type ExpectedTensor, expectedTensors } from "../inference/checkpoint/expectedTensors.ts";

/** What a random checkpoint has in common with a published one: all that decides its speed. */
export interface Shape extends Pick<TextConfig, "hiddenSize" | "intermediateSize" | "layers" | "heads" | "kvHeads" | "headDim"> {
  /** The embedded model's without it, as the vision tower and whether the output layer shares the embedding. */
  vocabularySize?: number;
  tied?: boolean;
  vision?: VisionShape;
}

export type VisionShape = Pick<VisionConfig, "hiddenSize" | "intermediateSize" | "depth" | "heads" | "deepstackLayers">;

/** Width of the 2B model. */
export const shape2b = { hiddenSize: 2048, intermediateSize: 6144, heads: 16, kvHeads: 8, headDim: 128 } as const;
export const vision2b: VisionShape = { hiddenSize: 1024, intermediateSize: 4096, depth: 24, heads: 16, deepstackLayers: [5, 11, 17] };
/** The same of the 8B model. */
export const shape8b = { hiddenSize: 4096, intermediateSize: 12_288, heads: 32, kvHeads: 8, headDim: 128 } as const;
export const vision8b: VisionShape = { hiddenSize: 1152, intermediateSize: 4304, depth: 27, heads: 16, deepstackLayers: [8, 16, 24] };
/** Of all published models. */
export const publishedVocabulary = 151_936;

/**
 * Writes a checkpoint in the published layout with random weights: the decoder of a given shape, everything else as in
 * the embedded model. For benchmarks only: it answers nonsense, at the speed of a trained one.
 */
export async function writeRandomCheckpoint(folder: string, shape: Shape): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "preprocessor_config.json", "video_preprocessor_config.json", "generation_config.json"]) {
    await copyFile(path.join(embeddedCheckpoint, name), path.join(folder, name));
  }
  const config = JSON.parse(await readFile(path.join(embeddedCheckpoint, "config.json"), "utf8")) as { text_config: Record<string, unknown>; vision_config: Record<string, unknown> };
  const pairs = shape.headDim / 2;
  const perAxis = Math.floor(pairs / 3);
  Object.assign(config.text_config, {
    hidden_size: shape.hiddenSize,
    intermediate_size: shape.intermediateSize,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.kvHeads,
    head_dim: shape.headDim,
    max_position_embeddings: 32_768,
    rope_scaling: { mrope_interleaved: true, mrope_section: [pairs - 2 * perAxis, perAxis, perAxis], rope_type: "default" },
  });
  if (shape.vocabularySize !== undefined) Object.assign(config.text_config, { vocab_size: shape.vocabularySize });
  if (shape.tied !== undefined) {
    Object.assign(config.text_config, { tie_word_embeddings: shape.tied });
    Object.assign(config, { tie_word_embeddings: shape.tied });
  }
  Object.assign(config.vision_config, { out_hidden_size: shape.hiddenSize });
  if (shape.vision) {
    const { hiddenSize, intermediateSize, depth, heads, deepstackLayers } = shape.vision;
    const sizes = { hidden_size: hiddenSize, intermediate_size: intermediateSize, num_heads: heads, num_position_embeddings: 2304 };
    Object.assign(config.vision_config, { ...sizes, depth, deepstack_visual_indexes: deepstackLayers });
  }
  await writeFile(path.join(folder, "config.json"), JSON.stringify(config, null, 2));
  await writeRandomTensors(path.join(folder, "model.safetensors"), expectedTensors(parseModelConfig(config).model));
}

async function writeRandomTensors(file: string, tensors: Iterable<ExpectedTensor>): Promise<void> {
  let size = 0;
  const header: Record<string, { dtype: "BF16"; shape: readonly number[]; data_offsets: [number, number] }> = {};
  for (const { name, shape } of tensors) {
    const bytes = 2 * shape.reduce((product, dim) => product * dim, 1);
    header[name] = { dtype: "BF16", shape, data_offsets: [size, size + bytes] };
    size += bytes;
  }
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(text.length));
  const noise = randomBfloat16(1 << 20);
  await using handle = await open(file, "w");
  await handle.write(Buffer.concat([prefix, text]));
  for (let written = 0; written < size; ) {
    const { bytesWritten } = await handle.write(noise, 0, Math.min(noise.length, size - written));
    written += bytesWritten;
  }
}

/** Values of about ±0.02, from a fixed seed. */
function randomBfloat16(count: number): Buffer {
  const values = new Uint16Array(count);
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  let state = 1;
  for (let index = 0; index < count; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    float[0] = (state / 2 ** 32 - 0.5) / 25;
    values[index] = (bits[0] ?? 0) >>> 16;
  }
  return Buffer.from(values.buffer);
}
