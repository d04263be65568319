import type { ImageProcessorConfig, ModelConfig, VisionConfig } from "../checkpoint/types.ts";
import type { GraphBuilder, Value } from "../graph/builder.ts";
import type { MatrixFormat } from "./dtypes.ts";
import type { LayerBuilder } from "./layers.ts";

const layerNormEpsilon = 1e-6;

/**
 * The vision tower (Qwen3VLVisionModel of transformers) for frames of one size, each attending only to itself.
 *
 * Inputs: patches uint8 (frames, patches, channels·time·patch²) in merge-block order; position_embedding (patches, hidden);
 * cos, sin (spans, patches of a span, headDim/2). Outputs: features and deepstack.k (frames, patches/merge², outputSize).
 *
 * In the graph `inSpans`, all patches of a large frame are seen by a span of them after the other, which bounds what a layer
 * takes beside its input, keys and values, and the time between two operators, where a run can be stopped. Its input
 * `spans` is (spans, frames, patches of a span, hidden); either spans or frames is 1. In the other graph spans is 1: on a GPU,
 * values would leave the device for a loop.
 */
export async function buildVisionGraph(layers: LayerBuilder, config: ModelConfig, { processor, format, inSpans }: VisionGraphOptions): Promise<void> {
  const { vision } = config;
  const { graph } = layers;
  const patchValues = 3 * vision.temporalPatchSize * vision.patchSize ** 2;
  const headDim = vision.hiddenSize / vision.heads;
  const patches = graph.input("patches", "uint8", ["frames", "patches", patchValues]);
  const positions = graph.input("position_embedding", "float32", ["patches", vision.hiddenSize]);
  const tables = {
    cos: graph.input("cos", "float32", ["spans", "span", headDim / 2]),
    sin: graph.input("sin", "float32", ["spans", "span", headDim / 2]),
  };
  const spans = inSpans ? { ...tables, shape: graph.input(spansInput, "int64", [4]) } : undefined;
  const rotary = {
    positions: graph.constant("int64", [1], [0]),
    cos: layers.reshape(tables.cos, [-1, headDim / 2]),
    sin: layers.reshape(tables.sin, [-1, headDim / 2]),
  };

  const pixels = normalize(graph, patches, { processor, patchValues });
  const embedded = await layers.linear(pixels, "model.visual.patch_embed.proj", { format, bias: true });
  let hidden = graph.node("Add", [embedded, positions]);
  for (let layer = 0; layer < vision.depth; layer++) {
    hidden = await block(layers, hidden, { vision, format, rotary, spans, name: `model.visual.blocks.${layer}` });
    const tap = vision.deepstackLayers.indexOf(layer);
    if (tap >= 0) {
      const merged = await merger(layers, hidden, { vision, format, name: `model.visual.deepstack_merger_list.${tap}`, normAfterShuffle: true });
      graph.output(deepstackOutput(tap), "float32", ["frames", "tokens", vision.outputSize], merged);
    }
  }
  const features = await merger(layers, hidden, { vision, format, name: "model.visual.merger", normAfterShuffle: false });
  graph.output("features", "float32", ["frames", "tokens", vision.outputSize], features);
}

export interface VisionGraphOptions {
  processor: ImageProcessorConfig;
  format: MatrixFormat;
  inSpans: boolean;
}

/** An input of the graph in spans only. */
export const spansInput = "spans";

export function deepstackOutput(index: number): string {
  return `deepstack.${index}`;
}

/** (value / 255 − mean) / std, per channel; the values of a patch are ordered (channel, time, y, x). */
function normalize(graph: GraphBuilder, patches: Value, { processor, patchValues }: { processor: ImageProcessorConfig; patchValues: number }): Value {
  const perChannel = patchValues / 3;
  const mean = new Float32Array(patchValues);
  const scale = new Float32Array(patchValues);
  for (let index = 0; index < patchValues; index++) {
    const channel = Math.floor(index / perChannel);
    mean[index] = 255 * (processor.mean[channel] ?? 0);
    scale[index] = 1 / (255 * (processor.std[channel] ?? 1));
  }
  const pixels = graph.node("Cast", [patches], { attributes: { to: { int: 1 } } });
  const centered = graph.node("Sub", [pixels, graph.constant("float32", [patchValues], mean)]);
  return graph.node("Mul", [centered, graph.constant("float32", [patchValues], scale)]);
}

interface RotaryTables {
  positions: Value;
  cos: Value;
  sin: Value;
}

interface BlockOptions {
  vision: VisionConfig;
  format: MatrixFormat;
  rotary: RotaryTables;
  /** The shape of the hidden values and the rotary tables, divided into spans. */
  spans: { shape: Value; cos: Value; sin: Value } | undefined;
  name: string;
}

async function block(layers: LayerBuilder, x: Value, options: BlockOptions): Promise<Value> {
  const { vision, format, rotary, spans, name } = options;
  const { hiddenSize } = vision;
  const normed = await layers.layerNorm(x, `${name}.norm1`, layerNormEpsilon);
  const part = (index: number) => layers.linear(normed, `${name}.attn.qkv`, { format, bias: true, rows: { from: index * hiddenSize, to: (index + 1) * hiddenSize } });
  const seen = { key: layers.rotary(await part(1), rotary, vision.heads), value: await part(2) };
  return spans ? overSpans(layers, x, { ...options, spans, seen }) : attendAndFeedForward(layers, x, { ...options, seen });
}

interface Seen {
  key: Value;
  value: Value;
}

/** The rest of a block span by span: Scan runs it for each of them. */
async function overSpans(layers: LayerBuilder, x: Value, { spans, ...options }: BlockOptions & { spans: NonNullable<BlockOptions["spans"]>; seen: Seen }): Promise<Value> {
  const { hiddenSize, heads } = options.vision;
  const { graph } = layers;
  const body = graph.inner("Span", "cpu");
  const inside = layers.for(body);
  const prefix = `${options.name}.span`;
  const span = body.input(prefix, "float32", ["frames", "span", hiddenSize]);
  const table = (name: string) => body.input(`${prefix}.${name}`, "float32", ["span", hiddenSize / heads / 2]);
  const rotary = { ...options.rotary, cos: table("cos"), sin: table("sin") };
  body.output(`${prefix}.result`, "float32", ["frames", "span", hiddenSize], await attendAndFeedForward(inside, span, { ...options, spans: undefined, rotary }));
  const results = graph.node("Scan", [graph.node("Reshape", [x, spans.shape]), spans.cos, spans.sin], {
    attributes: { body: { graph: body }, num_scan_inputs: { int: 3 } },
  });
  return graph.node("Reshape", [results, graph.node("Shape", [x])]);
}

/** A block but for keys and values. */
async function attendAndFeedForward(layers: LayerBuilder, x: Value, { vision, format, rotary, seen, name }: BlockOptions & { seen: Seen }): Promise<Value> {
  const { graph } = layers;
  const normed = await layers.layerNorm(x, `${name}.norm1`, layerNormEpsilon);
  const query = await layers.linear(normed, `${name}.attn.qkv`, { format, bias: true, rows: { from: 0, to: vision.hiddenSize } });
  const attended = graph.node("MultiHeadAttention", [layers.rotary(query, rotary, vision.heads), seen.key, seen.value], {
    domain: "com.microsoft",
    attributes: { num_heads: { int: vision.heads } },
  });
  const afterAttention = graph.node("Add", [x, await layers.linear(attended, `${name}.attn.proj`, { format, bias: true })]);
  const normedAgain = await layers.layerNorm(afterAttention, `${name}.norm2`, layerNormEpsilon);
  const wide = await layers.linear(normedAgain, `${name}.mlp.linear_fc1`, { format, bias: true });
  const active = graph.node("Gelu", [wide], { attributes: { approximate: { string: "tanh" } } });
  return graph.node("Add", [afterAttention, await layers.linear(active, `${name}.mlp.linear_fc2`, { format, bias: true })]);
}

interface MergerOptions {
  vision: VisionConfig;
  format: MatrixFormat;
  name: string;
  normAfterShuffle: boolean;
}

/** Joins merge × merge neighboring patches into one token (Qwen3VLVisionPatchMerger). */
async function merger(layers: LayerBuilder, x: Value, { vision, format, name, normAfterShuffle }: MergerOptions): Promise<Value> {
  const mergedSize = vision.hiddenSize * vision.mergeSize ** 2;
  const norm = (input: Value) => layers.layerNorm(input, `${name}.norm`, layerNormEpsilon);
  const shuffle = (input: Value) => layers.reshape(input, [0, -1, mergedSize]);
  const merged = normAfterShuffle ? await norm(shuffle(x)) : shuffle(await norm(x));
  const wide = await layers.linear(merged, `${name}.linear_fc1`, { format, bias: true });
  return layers.linear(layers.graph.node("Gelu", [wide]), `${name}.linear_fc2`, { format, bias: true });
}
