/**
 * The sizes of the published models (config.json of Qwen/Qwen3-VL-*-Instruct; Thinking has the same), by the name that
 * their repositories carry.
 */

interface PublishedShape {
  hidden: number;
  intermediate: number;
  layers: number;
  heads: number;
  kvHeads: number;
  /** Whether the output layer is the embedding. */
  tied: boolean;
  vision: "large" | "small";
  /** Width of an expert; undefined in a dense model. */
  expert?: number;
}

export const publishedShapes = {
  "2B": { hidden: 2048, intermediate: 6144, layers: 28, heads: 16, kvHeads: 8, tied: true, vision: "small" },
  "4B": { hidden: 2560, intermediate: 9728, layers: 36, heads: 32, kvHeads: 8, tied: true, vision: "small" },
  "8B": { hidden: 4096, intermediate: 12_288, layers: 36, heads: 32, kvHeads: 8, tied: false, vision: "large" },
  "32B": { hidden: 5120, intermediate: 25_600, layers: 64, heads: 64, kvHeads: 8, tied: false, vision: "large" },
  "30B-A3B": { hidden: 2048, intermediate: 6144, layers: 48, heads: 32, kvHeads: 4, tied: false, vision: "large", expert: 768 },
  "235B-A22B": { hidden: 4096, intermediate: 12_288, layers: 94, heads: 64, kvHeads: 4, tied: false, vision: "large", expert: 1536 },
} as const satisfies Record<string, PublishedShape>;

export type ShapeName = keyof typeof publishedShapes;
export const shapeNames = Object.keys(publishedShapes) as [ShapeName, ...ShapeName[]];

const visionSizes = {
  small: { depth: 24, hidden_size: 1024, intermediate_size: 4096, deepstack_visual_indexes: [5, 11, 17] },
  large: { depth: 27, hidden_size: 1152, intermediate_size: 4304, deepstack_visual_indexes: [8, 16, 24] },
};

/** How the matrices of the language model are stored. */
export const checkpointFormats = ["bf16", "fp8"] as const;
export type CheckpointFormat = (typeof checkpointFormats)[number];

/** Rows and columns that share a scale in the published FP8 checkpoints. */
export const fp8Block = 128;

/** config.json with so many layers, all of them by default. `tokens` are the special tokens' ids, which depend on the tokenizer. */
export function publishedConfig(name: ShapeName, { layers, format, tokens }: { layers?: number; format: CheckpointFormat; tokens: Record<string, number> }): Record<string, unknown> {
  const shape: PublishedShape = publishedShapes[name];
  const family = shape.expert === undefined ? "qwen3_vl" : "qwen3_vl_moe";
  return {
    architectures: [shape.expert === undefined ? "Qwen3VLForConditionalGeneration" : "Qwen3VLMoeForConditionalGeneration"],
    model_type: family,
    ...tokens,
    text_config: {
      attention_bias: false,
      attention_dropout: 0,
      dtype: "bfloat16",
      head_dim: 128,
      hidden_act: "silu",
      hidden_size: shape.hidden,
      initializer_range: 0.02,
      intermediate_size: shape.intermediate,
      max_position_embeddings: 262_144,
      model_type: `${family}_text`,
      num_attention_heads: shape.heads,
      num_hidden_layers: layers ?? shape.layers,
      num_key_value_heads: shape.kvHeads,
      rms_norm_eps: 1e-6,
      rope_scaling: { mrope_interleaved: true, mrope_section: [24, 20, 20], rope_type: "default" },
      rope_theta: 5_000_000,
      tie_word_embeddings: shape.tied,
      use_cache: true,
      vocab_size: 151_936,
      ...(shape.expert === undefined
        ? {}
        : { decoder_sparse_step: 1, mlp_only_layers: [], moe_intermediate_size: shape.expert, norm_topk_prob: true, num_experts: 128, num_experts_per_tok: 8 }),
    },
    tie_word_embeddings: shape.tied,
    vision_config: {
      ...visionSizes[shape.vision],
      hidden_act: "gelu_pytorch_tanh",
      in_channels: 3,
      initializer_range: 0.02,
      model_type: family,
      num_heads: 16,
      num_position_embeddings: 2304,
      out_hidden_size: shape.hidden,
      patch_size: 16,
      spatial_merge_size: 2,
      temporal_patch_size: 2,
    },
    ...(format === "fp8" ? { quantization_config: { activation_scheme: "dynamic", fmt: "e4m3", quant_method: "fp8", weight_block_size: [fp8Block, fp8Block] } } : {}),
  };
}
