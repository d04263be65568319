import type { ModelConfig, TextConfig, VisionConfig } from "./types.ts";

export interface ExpectedTensor {
  name: string;
  shape: readonly number[];
}

/**
 * Every weight that a model of this configuration has, under its published name, in the order of the forward pass;
 * linear layers are (out, in), experts (experts, in, out). See modeling_qwen3_vl.py and modeling_qwen3_vl_moe.py.
 */
export function* expectedTensors(config: ModelConfig): Generator<ExpectedTensor> {
  yield* visionTensors(config.vision);
  yield* textTensors(config.text);
  if (!config.tieWordEmbeddings) yield { name: "lm_head.weight", shape: [config.text.vocabularySize, config.text.hiddenSize] };
}

function* visionTensors(vision: VisionConfig): Generator<ExpectedTensor> {
  const { hiddenSize: hidden, intermediateSize: intermediate, patchSize: patch } = vision;
  yield* affine("model.visual.patch_embed.proj", [hidden, 3, vision.temporalPatchSize, patch, patch]);
  yield { name: "model.visual.pos_embed.weight", shape: [vision.gridSize ** 2, hidden] };
  for (let layer = 0; layer < vision.depth; layer += 1) {
    const block = `model.visual.blocks.${layer}`;
    yield* affine(`${block}.norm1`, [hidden]);
    yield* affine(`${block}.attn.qkv`, [3 * hidden, hidden]);
    yield* affine(`${block}.attn.proj`, [hidden, hidden]);
    yield* affine(`${block}.norm2`, [hidden]);
    yield* affine(`${block}.mlp.linear_fc1`, [intermediate, hidden]);
    yield* affine(`${block}.mlp.linear_fc2`, [hidden, intermediate]);
  }
  const merged = hidden * vision.mergeSize ** 2;
  yield* mergerTensors("model.visual.merger", { norm: hidden, merged, output: vision.outputSize });
  for (const index of vision.deepstackLayers.keys()) {
    yield* mergerTensors(`model.visual.deepstack_merger_list.${index}`, { norm: merged, merged, output: vision.outputSize });
  }
}

function* mergerTensors(prefix: string, { norm, merged, output }: { norm: number; merged: number; output: number }): Generator<ExpectedTensor> {
  yield* affine(`${prefix}.norm`, [norm]);
  yield* affine(`${prefix}.linear_fc1`, [merged, merged]);
  yield* affine(`${prefix}.linear_fc2`, [output, merged]);
}

function* textTensors(text: TextConfig): Generator<ExpectedTensor> {
  const { hiddenSize: hidden, headDim } = text;
  yield { name: "model.language_model.embed_tokens.weight", shape: [text.vocabularySize, hidden] };
  for (let layer = 0; layer < text.layers; layer += 1) {
    const prefix = `model.language_model.layers.${layer}`;
    yield { name: `${prefix}.input_layernorm.weight`, shape: [hidden] };
    yield { name: `${prefix}.self_attn.q_proj.weight`, shape: [text.heads * headDim, hidden] };
    yield { name: `${prefix}.self_attn.k_proj.weight`, shape: [text.kvHeads * headDim, hidden] };
    yield { name: `${prefix}.self_attn.v_proj.weight`, shape: [text.kvHeads * headDim, hidden] };
    yield { name: `${prefix}.self_attn.q_norm.weight`, shape: [headDim] };
    yield { name: `${prefix}.self_attn.k_norm.weight`, shape: [headDim] };
    yield { name: `${prefix}.self_attn.o_proj.weight`, shape: [hidden, text.heads * headDim] };
    yield { name: `${prefix}.post_attention_layernorm.weight`, shape: [hidden] };
    yield* mlpTensors(`${prefix}.mlp`, layer, text);
  }
  yield { name: "model.language_model.norm.weight", shape: [hidden] };
}

function* mlpTensors(prefix: string, layer: number, text: TextConfig): Generator<ExpectedTensor> {
  const { hiddenSize: hidden, intermediateSize, moe } = text;
  if (moe?.isExpertLayer(layer)) {
    yield { name: `${prefix}.gate.weight`, shape: [moe.experts, hidden] };
    yield { name: `${prefix}.experts.gate_up_proj`, shape: [moe.experts, hidden, 2 * moe.intermediateSize] };
    yield { name: `${prefix}.experts.down_proj`, shape: [moe.experts, moe.intermediateSize, hidden] };
  } else {
    yield { name: `${prefix}.gate_proj.weight`, shape: [intermediateSize, hidden] };
    yield { name: `${prefix}.up_proj.weight`, shape: [intermediateSize, hidden] };
    yield { name: `${prefix}.down_proj.weight`, shape: [hidden, intermediateSize] };
  }
}

/** A weight and its bias, as long as the weight's first dimension. */
function* affine(prefix: string, shape: readonly [number, ...number[]]): Generator<ExpectedTensor> {
  yield { name: `${prefix}.weight`, shape };
  yield { name: `${prefix}.bias`, shape: [shape[0]] };
}
