import type { TextConfig } from "../checkpoint/types.ts";
import type { Value } from "../graph/builder.ts";
import { isFloat, type MatrixFormat } from "./dtypes.ts";
import type { LayerBuilder } from "./layers.ts";

interface ExpertOptions {
  moe: NonNullable<TextConfig["moe"]>;
  hiddenSize: number;
  name: string;
  /** Without zero points, which the operator's fast path does not take. */
  format: MatrixFormat;
}

/**
 * A mixture of experts (Qwen3VLMoeTextSparseMoeBlock): softmax over the router's logits, the top k experts, their weights
 * normalized to a sum of one, each a SwiGLU layer.
 *
 * The checkpoint stores gate_up_proj (experts, hidden, 2 · inter), gate columns first, and down_proj (experts, inter, hidden);
 * the operator takes (experts, 2 · inter, hidden) with gate and up rows in turn, and (experts, hidden, inter).
 */
export async function expertLayer(layers: LayerBuilder, x: Value, { moe, hiddenSize, name, format: wanted }: ExpertOptions): Promise<Value> {
  const { experts, intermediateSize: inter } = moe;
  const format = wholeBlocks(wanted, [hiddenSize, inter]);
  const router = layers.reshape(await layers.linear(x, `${name}.gate`, { format: "fp32" }), [-1, experts]);
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

/** The operator takes no incomplete blocks: the format with blocks small enough to divide all sizes. */
function wholeBlocks(format: MatrixFormat, sizes: readonly number[]): MatrixFormat {
  if (isFloat(format) || sizes.every((size) => size % format.block === 0)) return format;
  return wholeBlocks({ ...format, block: format.block / 2 }, sizes);
}
