import { GraphBuilder } from "../graph/builder.ts";
import type { Runtime } from "./types.ts";

/** More queries than fit any provider's path for short ones. */
const length = 96;
const width = 8;
const tolerance = 1e-3;

/**
 * Runs a small attention layer. Whether a device can run anything shows here, and whether its fused attention is right:
 * ONNX Runtime's WebGPU kernel takes some keys twice where the adapter's subgroups are narrower than 8 (SwiftShader: 4).
 * @throws RuntimeError when it cannot run
 */
export async function attentionIsRight(runtime: Runtime): Promise<boolean> {
  const values = (seed: number) => Float32Array.from({ length: length * width }, (_, index) => Math.sin(seed + 1.7 * index));
  const inputs = { query: values(1), key: values(2), value: values(3) };
  const session = await runtime.createSession(attentionModel());
  using binding = session.createBinding();
  const tensors = Object.entries(inputs).map(([name, data]) => [name, runtime.createTensor("float32", [1, length, width], data)] as const);
  for (const [name, tensor] of tensors) binding.bindInput(name, tensor);
  using output = runtime.createTensor("float32", [1, length, width]);
  binding.bindOutput("attended", output);
  try {
    await binding.run();
    const expected = attention(inputs);
    return output.data.every((value, index) => Math.abs(value - (expected[index] ?? NaN)) < tolerance);
  } finally {
    for (const [, tensor] of tensors) tensor[Symbol.dispose]();
    await session[Symbol.asyncDispose]();
  }
}

function attentionModel(): Uint8Array {
  const graph = new GraphBuilder();
  const inputs = ["query", "key", "value"].map((name) => graph.input(name, "float32", [1, length, width]));
  const attended = graph.node("MultiHeadAttention", inputs, { domain: "com.microsoft", attributes: { num_heads: { int: 1 } } });
  graph.output("attended", "float32", [1, length, width], attended);
  return graph.encode();
}

/** softmax(q · kᵀ / √width) · v */
function attention({ query, key, value }: Record<"query" | "key" | "value", Float32Array>): Float32Array {
  const result = new Float32Array(length * width);
  const row = (values: Float32Array, index: number) => values.subarray(index * width, (index + 1) * width);
  for (let i = 0; i < length; i++) {
    const weights = Array.from({ length }, (_, j) => Math.exp(row(query, i).reduce((sum, q, x) => sum + q * (row(key, j)[x] ?? 0), 0) / Math.sqrt(width)));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    weights.forEach((weight, j) => row(value, j).forEach((v, x) => (result[i * width + x] = (result[i * width + x] ?? 0) + (weight / total) * v)));
  }
  return result;
}
