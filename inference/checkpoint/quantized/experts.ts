import { corrupt } from "../files.ts";
import type { TensorSource } from "../tensorSource.ts";

/**
 * Experts that a checkpoint stores one by one, as quantized ones are, in the shape of those that are stored together:
 * gate_up_proj (experts, hidden, 2 · intermediate), gate columns first, and down_proj (experts, intermediate, hidden).
 */
export function joinExperts(sources: ReadonlyMap<string, TensorSource>): Map<string, TensorSource> {
  const joined = new Map<string, TensorSource>();
  const layers = new Map<string, number>();
  for (const name of sources.keys()) {
    const [, layer, expert] = /^(.*\.experts)\.(\d+)\.down_proj\.weight$/.exec(name) ?? [];
    if (layer !== undefined) layers.set(layer, Math.max(layers.get(layer) ?? 0, Number(expert) + 1));
  }
  for (const [layer, count] of layers) {
    const experts = (projection: string) => Array.from({ length: count }, (_, expert) => sources.get(`${layer}.${expert}.${projection}.weight`));
    joined.set(`${layer}.gate_up_proj`, stacked([experts("gate_proj"), experts("up_proj")], layer));
    joined.set(`${layer}.down_proj`, stacked([experts("down_proj")], layer));
  }
  return joined;
}

/** Matrices (outputs, inputs) as (count, inputs, Σ outputs). */
function stacked(parts: readonly (readonly (TensorSource | undefined)[])[], layer: string): TensorSource {
  const first = parts[0]?.[0];
  const [outputs = 0, inputs = 0] = first?.shape ?? [];
  const all = parts.map((experts) =>
    experts.map((expert) => {
      if (expert?.shape[0] === outputs && expert.shape[1] === inputs) return expert;
      throw corrupt(first?.file ?? "model.safetensors", `an expert of ${layer} is missing, or has another shape than the others`);
    }),
  );
  const columns = outputs * parts.length;
  const count = all[0]?.length ?? 0;
  return {
    file: first?.file ?? "",
    dtype: first?.dtype ?? "F32",
    shape: [count, inputs, columns],
    read: async (from, to) => {
      const target = new Float32Array((to - from) * inputs * columns);
      for (let expert = from; expert < to; expert++) {
        for (const [part, experts] of all.entries()) {
          const values = await experts[expert]?.read(0, outputs);
          if (values) transposeInto(target, values, { inputs, columns, start: (expert - from) * inputs * columns + part * outputs });
        }
      }
      return target;
    },
  };
}

function transposeInto(target: Float32Array, values: Float32Array, { inputs, columns, start }: { inputs: number; columns: number; start: number }): void {
  for (let output = 0; output < values.length / inputs; output++) {
    for (let input = 0; input < inputs; input++) target[start + input * columns + output] = values[output * inputs + input] ?? 0;
  }
}
