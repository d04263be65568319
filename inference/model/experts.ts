import type { TextConfig } from "../checkpoint/types.ts";
import type { Value } from "../graph/builder.ts";
import type { LayerBuilder } from "./layers.ts";

interface ExpertOptions {
  moe: NonNullable<TextConfig["moe"]>;
  hiddenSize: number;
  name: string;
}

/**
 * A mixture of experts (Qwen3VLMoeTextSparseMoeBlock): softmax over the router's logits, the top k experts, their weights
 * normalized to a sum of one, each a SwiGLU layer.
 *
 * The checkpoint stores gate_up_proj (experts, hidden, 2 · inter), gate columns first, and down_proj (experts, inter, hidden);
 * the operator takes (experts, 2 · inter, hidden) with gate and up rows in turn, and (experts, hidden, inter).
 */
export async function expertLayer(layers: LayerBuilder, x: Value, { moe, hiddenSize, name }: ExpertOptions): Promise<Value> {
  const { experts, intermediateSize: inter } = moe;
  const router = layers.reshape(await layers.linear(x, `${name}.gate`, { format: "fp32" }), [-1, experts]);
  const gateAndUp = await layers.weight(`${name}.experts.gate_up_proj`, [experts, 2 * inter, hiddenSize], (values) =>
    transposeExperts(values, { experts, rows: hiddenSize, columns: 2 * inter, place: (column) => (column < inter ? 2 * column : 2 * (column - inter) + 1) }),
  );
  const down = await layers.weight(`${name}.experts.down_proj`, [experts, hiddenSize, inter], (values) =>
    transposeExperts(values, { experts, rows: inter, columns: hiddenSize, place: (column) => column }),
  );
  return layers.graph.node("MoE", [x, router, gateAndUp, "", down], {
    domain: "com.microsoft",
    attributes: {
      k: { int: moe.expertsPerToken },
      activation_type: { string: "swiglu" },
      swiglu_fusion: { int: 1 },
      activation_alpha: { float: 1 },
      activation_beta: { float: 0 },
      normalize_routing_weights: { int: moe.normalizeTopK ? 1 : 0 },
    },
  });
}

interface Transposition {
  experts: number;
  rows: number;
  columns: number;
  /** Where a column goes among the rows of the result. */
  place: (column: number) => number;
}

/** (experts, rows, columns) → (experts, columns, rows), the columns in another order. */
function transposeExperts(values: Float32Array, { experts, rows, columns, place }: Transposition): Float32Array {
  const result = new Float32Array(values.length);
  const places = Array.from({ length: columns }, (_, column) => place(column));
  for (let expert = 0; expert < experts; expert++) {
    const start = expert * rows * columns;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        result[start + (places[column] ?? 0) * rows + row] = values[start + row * columns + column] ?? 0;
      }
    }
  }
  return result;
}
