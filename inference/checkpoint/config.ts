import { z } from "zod";
import { EngineError } from "../errors.ts";
import { corrupt, parseWith } from "./files.ts";
import type { ModelConfig, RopeConfig, TextConfig, VisionConfig } from "./types.ts";

/**
 * config.json of Qwen3-VL, with the defaults of transformers (configuration_qwen3_vl.py, configuration_qwen3_vl_moe.py)
 * for what a file leaves out.
 */

const file = "config.json";
const count = z.number().int().positive();
/** Some versions write a square size as a pair. */
const square = z.union([count, z.array(count).min(1).transform((sides) => Math.max(...sides))]);

const ropeSchema = z.object({
  rope_theta: z.number().positive().nullish(),
  rope_type: z.string().nullish(),
  /** The name of rope_type in older files. */
  type: z.string().nullish(),
  mrope_section: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative(), z.number().int().nonnegative()]).nullish(),
  factor: z.number().positive().nullish(),
  original_max_position_embeddings: count.nullish(),
  attention_factor: z.number().positive().nullish(),
  beta_fast: z.number().positive().nullish(),
  beta_slow: z.number().positive().nullish(),
  mscale: z.number().nullish(),
  mscale_all_dim: z.number().nullish(),
  truncate: z.boolean().nullish(),
});

const tokenIds = z.union([z.number().int(), z.array(z.number().int())]).nullish();

const textSchema = z.object({
  vocab_size: count.default(151936),
  hidden_size: count.optional(),
  intermediate_size: count.optional(),
  num_hidden_layers: count.optional(),
  num_attention_heads: count.optional(),
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  hidden_act: z.literal("silu").default("silu"),
  attention_bias: z.literal(false).default(false),
  rms_norm_eps: z.number().positive().default(1e-6),
  max_position_embeddings: count.default(128000),
  rope_theta: z.number().positive().nullish(),
  rope_scaling: ropeSchema.nullish(),
  rope_parameters: ropeSchema.nullish(),
  tie_word_embeddings: z.boolean().nullish(),
  eos_token_id: tokenIds,
  // mixture of experts
  num_experts: count.nullish(),
  num_local_experts: count.nullish(),
  num_experts_per_tok: count.default(4),
  moe_intermediate_size: count.default(1408),
  norm_topk_prob: z.boolean().default(true),
  decoder_sparse_step: count.default(1),
  mlp_only_layers: z.array(z.number().int()).nullish(),
});
type TextJson = z.infer<typeof textSchema>;

const visionSchema = z.object({
  depth: count.default(27),
  hidden_size: count.default(1152),
  hidden_act: z.literal("gelu_pytorch_tanh").default("gelu_pytorch_tanh"),
  intermediate_size: count.default(4304),
  num_heads: count.default(16),
  in_channels: z.literal(3).default(3),
  patch_size: square.default(16),
  spatial_merge_size: count.default(2),
  temporal_patch_size: square.default(2),
  out_hidden_size: count.default(3584),
  num_position_embeddings: count.default(2304),
  deepstack_visual_indexes: z.array(z.number().int().nonnegative()).default([8, 16, 24]),
});

const configSchema = z.object({
  text_config: textSchema.prefault({}),
  vision_config: visionSchema.prefault({}),
  image_token_id: z.number().int().default(151655),
  video_token_id: z.number().int().default(151656),
  vision_start_token_id: z.number().int().default(151652),
  vision_end_token_id: z.number().int().default(151653),
  tie_word_embeddings: z.boolean().nullish(),
  eos_token_id: tokenIds,
});

const modelTypeSchema = z.object({ model_type: z.string() });

/** What transformers takes for the sizes that dense and mixture-of-experts models default differently. */
const sizeDefaults = {
  qwen3_vl: { hidden: 4096, intermediate: 22016, layers: 32, heads: 32, headDim: () => 128 },
  qwen3_vl_moe: { hidden: 2048, intermediate: 5632, layers: 24, heads: 16, headDim: (hidden: number, heads: number) => Math.floor(hidden / heads) },
};
const defaultTheta = 500_000;

export interface ParsedConfig {
  model: ModelConfig;
  /** End-of-sequence tokens that config.json names; empty when it names none. */
  eosTokenIds: readonly number[];
}

/** @throws EngineError checkpoint_unsupported for another architecture, checkpoint_corrupt when a value makes no sense. */
export function parseModelConfig(json: unknown): ParsedConfig {
  const modelType = parseModelType(parseWith(file, json, modelTypeSchema).model_type);
  const config = parseWith(file, json, configSchema);
  const text = textConfig(modelType, config.text_config);
  const vision = visionConfig(config.vision_config);
  if (vision.outputSize !== text.hiddenSize) throw corrupt(file, "vision_config.out_hidden_size is not text_config.hidden_size");
  const model: ModelConfig = {
    modelType,
    text,
    vision,
    tieWordEmbeddings: config.tie_word_embeddings ?? config.text_config.tie_word_embeddings ?? false,
    tokens: {
      image: config.image_token_id,
      video: config.video_token_id,
      visionStart: config.vision_start_token_id,
      visionEnd: config.vision_end_token_id,
    },
  };
  return { model, eosTokenIds: [config.text_config.eos_token_id ?? config.eos_token_id ?? []].flat() };
}

function parseModelType(modelType: string): ModelConfig["modelType"] {
  if (modelType === "qwen3_vl" || modelType === "qwen3_vl_moe") return modelType;
  throw new EngineError("checkpoint_unsupported", { model_type: modelType });
}

function textConfig(modelType: ModelConfig["modelType"], json: TextJson): TextConfig {
  const defaults = sizeDefaults[modelType];
  const hiddenSize = json.hidden_size ?? defaults.hidden;
  const heads = json.num_attention_heads ?? defaults.heads;
  const kvHeads = json.num_key_value_heads ?? heads;
  const headDim = json.head_dim ?? defaults.headDim(hiddenSize, heads);
  if (heads % kvHeads !== 0) throw corrupt(file, "num_attention_heads is no multiple of num_key_value_heads");
  if (headDim % 2 !== 0) throw corrupt(file, "head_dim is odd");
  const rope = ropeConfig(modelType, json);
  return {
    hiddenSize,
    intermediateSize: json.intermediate_size ?? defaults.intermediate,
    layers: json.num_hidden_layers ?? defaults.layers,
    heads,
    kvHeads,
    headDim,
    vocabularySize: json.vocab_size,
    rmsNormEpsilon: json.rms_norm_eps,
    maxPositions: Math.max(json.max_position_embeddings, scaledPositions(rope)),
    rope,
    moe: modelType === "qwen3_vl_moe" ? moeConfig(json) : undefined,
  };
}

function moeConfig(json: TextJson): NonNullable<TextConfig["moe"]> {
  const experts = json.num_experts ?? json.num_local_experts ?? 60;
  if (json.num_experts_per_tok > experts) throw corrupt(file, "num_experts_per_tok is greater than num_experts");
  const dense = new Set(json.mlp_only_layers ?? []);
  return {
    experts,
    expertsPerToken: json.num_experts_per_tok,
    intermediateSize: json.moe_intermediate_size,
    normalizeTopK: json.norm_topk_prob,
    isExpertLayer: (layer) => !dense.has(layer) && (layer + 1) % json.decoder_sparse_step === 0,
  };
}

/** Both spellings: `rope_scaling` beside `rope_theta`, and `rope_parameters` with everything inside. */
function ropeConfig(modelType: string, json: TextJson): RopeConfig {
  const rope = json.rope_scaling ?? json.rope_parameters ?? {};
  const theta = rope.rope_theta ?? json.rope_theta ?? defaultTheta;
  const mropeSection = rope.mrope_section ?? [24, 20, 20];
  const type = rope.rope_type ?? rope.type ?? "default";
  switch (type) {
    case "default":
    case "mrope":
      return { theta, mropeSection, scaling: { type: "default" } };
    case "yarn":
      return { theta, mropeSection, scaling: yarnScaling(rope, json.max_position_embeddings) };
    default:
      throw new EngineError("checkpoint_unsupported", { model_type: `${modelType} with rope_type ${type}` });
  }
}

/** The parameters of transformers modeling_rope_utils.py `_compute_yarn_parameters`. */
function yarnScaling(rope: z.infer<typeof ropeSchema>, maxPositions: number): RopeConfig["scaling"] {
  const originalContext = rope.original_max_position_embeddings ?? maxPositions;
  const factor = rope.factor ?? maxPositions / originalContext;
  const { mscale, mscale_all_dim: mscaleAll } = rope;
  const fromMscale = mscale && mscaleAll ? yarnMagnitude(factor, mscale) / yarnMagnitude(factor, mscaleAll) : yarnMagnitude(factor, 1);
  return {
    type: "yarn",
    factor,
    originalContext,
    betaFast: rope.beta_fast ?? 32,
    betaSlow: rope.beta_slow ?? 1,
    attentionFactor: rope.attention_factor ?? fromMscale,
    truncate: rope.truncate ?? true,
  };
}

/** Positions that YaRN stretches the original ones to; files often keep the original max_position_embeddings. */
function scaledPositions({ scaling }: RopeConfig): number {
  return scaling.type === "yarn" ? Math.floor(scaling.factor * scaling.originalContext) : 0;
}

/** How many times longer the context shall be: the model's makers recommend 2 to 3. */
export const yarnFactorSchema = z.coerce.number("It must be a number.").min(1, "It must be from 1 to 4.").max(4, "It must be from 1 to 4.").optional();

/**
 * The configuration with a context `factor` times as long, by YaRN with the parameters of transformers' defaults, as if
 * rope_scaling in config.json said so.
 *
 * @throws EngineError invalid_request when the checkpoint's positions are scaled already.
 */
export function withYarn(config: ModelConfig, factor: number): ModelConfig {
  const { text } = config;
  if (text.rope.scaling.type !== "default") {
    throw new EngineError("invalid_request", { reason: `the checkpoint's rope_scaling already is ${text.rope.scaling.type} with factor ${text.rope.scaling.factor}, so start without --yarn-factor` });
  }
  const rope = { ...text.rope, scaling: yarnScaling({ factor }, text.maxPositions) };
  return { ...config, text: { ...text, rope, maxPositions: scaledPositions(rope) } };
}

function yarnMagnitude(factor: number, mscale: number): number {
  return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
}

function visionConfig(json: z.infer<typeof visionSchema>): VisionConfig {
  if (json.hidden_size % (json.num_heads * 4) !== 0) throw corrupt(file, "vision_config: the head size is no multiple of 4");
  if (json.deepstack_visual_indexes.some((layer) => layer >= json.depth)) {
    throw corrupt(file, "vision_config.deepstack_visual_indexes names a layer that is not there");
  }
  return {
    depth: json.depth,
    hiddenSize: json.hidden_size,
    intermediateSize: json.intermediate_size,
    heads: json.num_heads,
    outputSize: json.out_hidden_size,
    patchSize: json.patch_size,
    temporalPatchSize: json.temporal_patch_size,
    mergeSize: json.spatial_merge_size,
    gridSize: Math.floor(Math.sqrt(json.num_position_embeddings)),
    deepstackLayers: json.deepstack_visual_indexes,
  };
}
