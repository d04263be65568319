import type { ModelConfig, TextConfig } from "../checkpoint/types.ts";
import type { Value } from "../graph/builder.ts";
import { isFloat, type MatrixFormat, type MatrixFormats } from "./dtypes.ts";
import { expertLayer } from "./experts.ts";
import { defined, type LayerBuilder } from "./layers.ts";

/**
 * The language model (Qwen3VLTextModel of transformers and its lm_head).
 *
 * Inputs: inputs_embeds (batch, length, hidden); cos, sin (batch·length, headDim/2), one row a token; positions (batch, length),
 * the row of each token in those; seqlens_k (batch), past + length − 1; total_sequence_length, past + length;
 * deepstack.k (batch or 1, length or 1, hidden), zero for text; past_key.l, past_value.l (batch, kvHeads, capacity, headDim).
 * Outputs: logits (batch, 1, vocabulary) of the last token; where the output layer is in four bits also the hidden state
 * (batch, 1, hidden) that it multiplies, for the most probable tokens' logits to be computed again (engine/outputLayer.ts); key.l, value.l, to be bound to the tensors of the past.
 */
export async function buildDecoderGraph(layers: LayerBuilder, config: ModelConfig, formats: Omit<MatrixFormats, "vision">): Promise<void> {
  const { text } = config;
  const format = formats.decoder;
  const { graph } = layers;
  const rotary = {
    positions: graph.input("positions", "int64", ["batch", "length"]),
    cos: graph.input("cos", "float32", ["tokens", text.headDim / 2]),
    sin: graph.input("sin", "float32", ["tokens", text.headDim / 2]),
  };
  const lengths = {
    seqlens: graph.input("seqlens_k", "int32", ["batch"]),
    total: graph.input("total_sequence_length", "int32", []),
  };
  const deepstack = config.vision.deepstackLayers.map((_, index) =>
    graph.input(deepstackInput(index), "float32", [`deepstack_batch_${index}`, `deepstack_length_${index}`, text.hiddenSize]),
  );

  // `residual` is the sum so far and `delta` what the next norm adds to it.
  let residual = graph.input("inputs_embeds", "float32", ["batch", "length", text.hiddenSize]);
  let delta: Value | undefined;
  const addAndNorm = async (name: string): Promise<Value> => {
    if (delta === undefined) return layers.rmsNorm(residual, name, text.rmsNormEpsilon);
    const [norm, sum] = await layers.rmsNormOfSum(residual, delta, { name, epsilon: text.rmsNormEpsilon });
    residual = sum;
    return norm;
  };

  for (let layer = 0; layer < text.layers; layer++) {
    const name = `model.language_model.layers.${layer}`;
    delta = await attention(layers, await addAndNorm(`${name}.input_layernorm`), { text, format, rotary, lengths, layer, name });
    const normed = await addAndNorm(`${name}.post_attention_layernorm`);
    delta = text.moe?.isExpertLayer(layer)
      ? await expertLayer(layers, normed, { moe: text.moe, hiddenSize: text.hiddenSize, name: `${name}.mlp`, format: formats.experts, blobs: formats.expertBlobs ?? false })
      : await denseLayer(layers, normed, { name: `${name}.mlp`, format });
    const visual = deepstack[layer];
    if (visual) delta = graph.node("Add", [delta, visual]);
  }

  const normed = await addAndNorm("model.language_model.norm");
  const last = graph.node("Slice", [normed, graph.constant("int64", [1], [-1]), graph.constant("int64", [1], [Number.MAX_SAFE_INTEGER]), graph.constant("int64", [1], [1])]);
  graph.output("logits", "float32", ["batch", 1, text.vocabularySize], await layers.linear(last, outputLayer(config), { format: formats.head }));
  if (!isFloat(formats.head) && formats.head.bits === 4) graph.output("hidden", "float32", ["batch", 1, text.hiddenSize], last);
}

/** The layer over the vocabulary, without ".weight". */
export function outputLayer(config: ModelConfig): string {
  return config.tieWordEmbeddings ? "model.language_model.embed_tokens" : "lm_head";
}

export function deepstackInput(index: number): string {
  return `deepstack.${index}`;
}

/** The names of a layer's KV cache: what goes in and what comes out. */
export function cacheNames(layer: number): { input: string; output: string }[] {
  return [
    { input: `past_key.${layer}`, output: `key.${layer}` },
    { input: `past_value.${layer}`, output: `value.${layer}` },
  ];
}

interface AttentionOptions {
  text: TextConfig;
  format: MatrixFormat;
  rotary: { positions: Value; cos: Value; sin: Value };
  lengths: { seqlens: Value; total: Value };
  layer: number;
  name: string;
}

/** Grouped-query attention with a norm on every query and key head. */
async function attention(layers: LayerBuilder, x: Value, { text, format, rotary, lengths, layer, name }: AttentionOptions): Promise<Value> {
  const { graph } = layers;
  const headNorm = async (projection: Value, normName: string, heads: number) => {
    const perHead = await layers.rmsNorm(layers.reshape(projection, [0, -1, heads, text.headDim]), normName, text.rmsNormEpsilon);
    return layers.rotary(layers.reshape(perHead, [0, -1, heads * text.headDim]), rotary, heads);
  };
  const query = await headNorm(await layers.linear(x, `${name}.self_attn.q_proj`, { format }), `${name}.self_attn.q_norm`, text.heads);
  const key = await headNorm(await layers.linear(x, `${name}.self_attn.k_proj`, { format }), `${name}.self_attn.k_norm`, text.kvHeads);
  const value = await layers.linear(x, `${name}.self_attn.v_proj`, { format });
  const names = cacheNames(layer);
  const past = names.map(({ input }) => graph.input(input, "float32", ["batch", text.kvHeads, "capacity", text.headDim]));
  for (const { output } of names) graph.namedOutput(output, "float32", ["batch", text.kvHeads, "new_capacity", text.headDim]);
  const [attended] = graph.nodes("GroupQueryAttention", [query, key, value, ...past, lengths.seqlens, lengths.total], [true, ...names.map(({ output }) => output)], {
    domain: "com.microsoft",
    attributes: { num_heads: { int: text.heads }, kv_num_heads: { int: text.kvHeads } },
  });
  return layers.linear(defined(attended), `${name}.self_attn.o_proj`, { format });
}

/** SwiGLU: down(silu(gate(x)) · up(x)). */
async function denseLayer(layers: LayerBuilder, x: Value, { name, format }: { name: string; format: MatrixFormat }): Promise<Value> {
  const gate = await layers.linear(x, `${name}.gate_proj`, { format });
  const up = await layers.linear(x, `${name}.up_proj`, { format });
  const silu = layers.graph.node("Mul", [gate, layers.graph.node("Sigmoid", [gate])]);
  return layers.linear(layers.graph.node("Mul", [silu, up]), `${name}.down_proj`, { format });
}
