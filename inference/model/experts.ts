import type { TextConfig } from "../checkpoint/types.ts";
import type { Value } from "../graph/builder.ts";
import { isFloat, type MatrixFormat } from "./dtypes.ts";
import { defined, type LayerBuilder } from "./layers.ts";

interface ExpertOptions {
  moe: NonNullable<TextConfig["moe"]>;
  hiddenSize: number;
  name: string;
  /** Without zero points. */
  format: MatrixFormat;
  /** Whether 4 bits are stored as blobs. */
  blobs: boolean;
}

interface Experts extends Omit<ExpertOptions, "format" | "blobs"> {
  /** Logits (tokens, experts). */
  router: Value;
}

/**
 * A mixture of experts (Qwen3VLMoeTextSparseMoeBlock): softmax over the router's logits, the top k experts, their weights
 * normalized to a sum of one, each a SwiGLU layer. The checkpoint stores gate_up_proj (experts, hidden, 2 · inter), gate
 * columns first, and down_proj (experts, inter, hidden).
 */
export async function expertLayer(layers: LayerBuilder, x: Value, { format, blobs, ...options }: ExpertOptions): Promise<Value> {
  const router = layers.reshape(await layers.linear(x, `${options.name}.gate`, { format: "fp32" }), [-1, options.moe.experts]);
  const experts = { ...options, router };
  return blobs && !isFloat(format) && format.bits === 4 ? expertLoop(layers, x, experts) : expertOperator(layers, x, { ...experts, format });
}

/**
 * By ONNX Runtime's own operator, which takes (experts, 2 · inter, hidden) with gate and up rows in turn, and (experts,
 * hidden, inter). Of 4 bits QMoE makes two copies when it is loaded, one of them with a byte for each weight (47 GB in all
 * for 30B-A3B), and what its fast path multiplies it rounds to scales of its own.
 */
async function expertOperator(layers: LayerBuilder, x: Value, { moe, hiddenSize, name, router, format: wanted }: Experts & { format: MatrixFormat }): Promise<Value> {
  const { experts, intermediateSize: inter } = moe;
  const format = wholeBlocks(wanted, [hiddenSize, inter]);
  const gateAndUp = await layers.stackedMatrices(
    `${name}.experts.gate_up_proj`,
    { count: experts, inputs: hiddenSize, outputs: 2 * inter, place: (column) => (column < inter ? 2 * column : 2 * (column - inter) + 1) },
    format,
  );
  const down = await layers.stackedMatrices(`${name}.experts.down_proj`, { count: experts, inputs: inter, outputs: hiddenSize, place: (column) => column }, format);
  const attributes = {
    k: { int: moe.expertsPerToken },
    activation_type: { string: "swiglu" },
    swiglu_fusion: { int: 1 },
    activation_alpha: { float: 1 },
    activation_beta: { float: 0 },
    normalize_routing_weights: { int: moe.normalizeTopK ? 1 : 0 },
  };
  if (isFloat(format)) return layers.graph.node("MoE", [x, router, gateAndUp.values, "", down.values], { domain: "com.microsoft", attributes });
  return layers.graph.node("QMoE", [x, router, gateAndUp.values, gateAndUp.scales, "", down.values, down.scales], {
    domain: "com.microsoft",
    attributes: { ...attributes, expert_weight_bits: { int: format.bits }, block_size: { int: format.block } },
  });
}

/** A blob is copied out of the mapped file before it is multiplied: in pieces, on all threads. */
const mostParts = 16;

/**
 * By a loop over the experts that some token goes to: the tokens' rows are gathered, multiplied by the expert's blobs as
 * they lie in the mapped file, and added to the sum. Only what is used is ever read.
 */
async function expertLoop(layers: LayerBuilder, x: Value, { moe, hiddenSize, name, router }: Experts): Promise<Value> {
  const { graph } = layers;
  const { experts, intermediateSize: inter } = moe;
  const vector = (...values: number[]) => graph.constant("int64", [values.length], values);
  const rows = graph.node("Reshape", [x, vector(-1, hiddenSize)]);
  const { shares, chosen } = routing(layers, router, moe);
  const active = graph.node("Unique", [graph.node("Reshape", [chosen, vector(-1)])]);
  const zeros = graph.node("Sub", [rows, rows]);

  const body = graph.inner("Experts");
  const step = body.input("expert_step", "int64", []);
  const goOn = body.input("expert_go_on", "bool", []);
  const sum = body.input("expert_sum", "float32", ["tokens", hiddenSize]);
  const expert = body.node("Gather", [active, step]);
  const share = body.node("Gather", [shares, expert]);
  const tokens = body.node("Transpose", [body.node("NonZero", [share])]);
  const places = body.node("Reshape", [tokens, vector(-1)]);
  const product = async (input: Value, matrix: string, { inputs, outputs }: { inputs: number; outputs: number }): Promise<Value> => {
    const parts = greatestDivisor(outputs, mostParts);
    const blobs = await layers.stackedBlobs(`${name}.experts.${matrix}`, { count: experts, inputs, outputs, parts });
    const own = body.node("Add", [body.node("Mul", [expert, graph.constant("int64", [], [parts])]), vector(...Array(parts).keys())]);
    const blob = body.node("Reshape", [body.node("Gather", [blobs, own]), vector(-1)]);
    return body.node("MatMulFpQ4", [input, blob, vector(inputs, outputs)], { domain: "com.microsoft", attributes: { blk_quant_type: { int: 0 } } });
  };
  const both = await product(body.node("Gather", [rows, places]), "gate_up_proj", { inputs: hiddenSize, outputs: 2 * inter });
  const [gate, up] = body.nodes("Split", [both], [true, true], { attributes: { axis: { int: -1 }, num_outputs: { int: 2 } } });
  const silu = body.node("QuickGelu", [defined(gate)], { domain: "com.microsoft", attributes: { alpha: { float: 1 } } });
  const weights = body.node("Unsqueeze", [body.node("Gather", [share, places]), vector(1)]);
  const weighted = body.node("Mul", [body.node("Mul", [silu, defined(up)]), weights]);
  const result = await product(weighted, "down_proj", { inputs: inter, outputs: hiddenSize });
  body.output("expert_go_on_next", "bool", [], goOn);
  body.output("expert_sum_next", "float32", ["tokens", hiddenSize], body.node("ScatterND", [sum, tokens, result], { attributes: { reduction: { string: "add" } } }));

  const count = graph.node("Squeeze", [graph.node("Shape", [active])]);
  const total = graph.node("Loop", [count, "", zeros], { attributes: { body: { graph: body } } });
  return graph.node("Reshape", [total, graph.node("Shape", [x])]);
}

/** The chosen experts (tokens, k), and the share of each expert in each token (experts, tokens), zero where it is not chosen. */
function routing({ graph }: LayerBuilder, router: Value, { expertsPerToken, normalizeTopK }: ExpertOptions["moe"]): { chosen: Value; shares: Value } {
  const softmax = (logits: Value) => graph.node("Softmax", [logits], { attributes: { axis: { int: -1 } } });
  const k = graph.constant("int64", [1], [expertsPerToken]);
  const [top, chosen] = graph.nodes("TopK", [normalizeTopK ? router : softmax(router), k], [true, true], { attributes: { axis: { int: -1 } } });
  const weights = normalizeTopK ? softmax(defined(top)) : defined(top);
  const zeros = graph.node("Sub", [router, router]);
  const shares = graph.node("ScatterElements", [zeros, defined(chosen), weights], { attributes: { axis: { int: 1 } } });
  return { chosen: defined(chosen), shares: graph.node("Transpose", [shares]) };
}

function greatestDivisor(value: number, most: number): number {
  return value % most === 0 ? most : greatestDivisor(value, most - 1);
}

/** The operator takes no incomplete blocks: the format with blocks small enough to divide all sizes. */
function wholeBlocks(format: MatrixFormat, sizes: readonly number[]): MatrixFormat {
  if (isFloat(format) || sizes.every((size) => size % format.block === 0)) return format;
  return wholeBlocks({ ...format, block: format.block / 2 }, sizes);
}
