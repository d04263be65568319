import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { embeddedCheckpoint } from "../inference/embedded.ts";
import { parseModelConfig } from "../inference/checkpoint/config.ts";
import type { TextConfig, VisionConfig } from "../inference/checkpoint/types.ts";
import { expectedTensors } from "../inference/checkpoint/expectedTensors.ts";
import { type Layout, writeRandomTensors } from "./randomTensors.ts";
import { type CheckpointFormat, publishedConfig, type ShapeName } from "./shapes.ts";

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
  await copyProcessors(folder);
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
  await writeWeights(folder, config, { format: "bf16" });
}

export interface PublishedOptions {
  layers?: number;
  format?: CheckpointFormat;
  /** Tensors that are zero and take no room on the disk: for tests. */
  isHollow?: (name: string) => boolean;
}

/**
 * The same with everything as published, but for the tokenizer and its special tokens, which are the embedded model's: the
 * shape of a published model with so many layers, all of them by default, in shards with an index.
 */
export async function writePublishedCheckpoint(folder: string, name: ShapeName, { layers, format = "bf16", isHollow = () => false }: PublishedOptions = {}): Promise<void> {
  await copyProcessors(folder);
  const { text_config: text, ...own } = ownConfigSchema.parse(JSON.parse(await readFile(path.join(embeddedCheckpoint, "config.json"), "utf8")));
  const config = publishedConfig(name, { format, tokens: { ...own, eos_token_id: text.eos_token_id }, ...(layers === undefined ? {} : { layers }) });
  await writeWeights(folder, config, { format, isHollow });
}

const tokenId = z.number().int();
const ownConfigSchema = z.object({
  image_token_id: tokenId,
  video_token_id: tokenId,
  vision_start_token_id: tokenId,
  vision_end_token_id: tokenId,
  text_config: z.object({ eos_token_id: tokenId }),
});

async function copyProcessors(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "preprocessor_config.json", "video_preprocessor_config.json", "generation_config.json"]) {
    await copyFile(path.join(embeddedCheckpoint, name), path.join(folder, name));
  }
}

async function writeWeights(folder: string, config: unknown, layout: Layout): Promise<void> {
  await writeFile(path.join(folder, "config.json"), JSON.stringify(config, null, 2));
  await writeRandomTensors(folder, expectedTensors(parseModelConfig(config).model), layout);
}
