import { GraphBuilder } from "../graph/builder.ts";
import { type Runtime, RuntimeError } from "./types.ts";

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
  const attended = await compute(runtime, attentionModel(), inputs);
  const expected = attention(inputs);
  return attended.every((value, index) => Math.abs(value - (expected[index] ?? NaN)) < tolerance);
}

/** Runs a product of matrices in half precision, which a GPU's shaders may lack. */
export async function multipliesHalves(runtime: Runtime): Promise<boolean> {
  try {
    const [product = NaN] = await compute(runtime, halfModel(), { values: new Float32Array(length * width).fill(0.5) });
    return Math.abs(product - 0.25 * width) < tolerance;
  } catch (fault) {
    if (fault instanceof RuntimeError) return false;
    throw fault;
  }
}

/** Runs a model over inputs of (1, length, width) whose result "computed" is as large. */
async function compute(runtime: Runtime, model: Uint8Array, inputs: Record<string, Float32Array>): Promise<Float32Array> {
  const session = await runtime.createSession(model);
  using binding = session.createBinding();
  const tensors = Object.entries(inputs).map(([name, data]) => [name, runtime.createTensor("float32", [1, length, width], data)] as const);
  for (const [name, tensor] of tensors) binding.bindInput(name, tensor);
  using output = runtime.createTensor("float32", [1, length, width]);
  binding.bindOutput("computed", output);
  try {
    await binding.run();
    return output.data.slice();
  } finally {
    for (const [, tensor] of tensors) tensor[Symbol.dispose]();
    await session[Symbol.asyncDispose]();
  }
}

function halfModel(): Uint8Array {
  const graph = new GraphBuilder();
  const values = graph.input("values", "float32", [1, length, width]);
  const halves = graph.node("Cast", [values], { attributes: { to: { int: 10 } } });
  const rows = graph.node("Reshape", [halves, graph.constant("int64", [2], [length, width])]);
  const square = graph.node("Slice", [rows, graph.constant("int64", [1], [0]), graph.constant("int64", [1], [width]), graph.constant("int64", [1], [0])]);
  const product = graph.node("Gemm", [rows, square], { attributes: { transB: { int: 1 } } });
  const shaped = graph.node("Reshape", [product, graph.constant("int64", [3], [1, length, width])]);
  graph.output("computed", "float32", [1, length, width], graph.node("Cast", [shaped], { attributes: { to: { int: 1 } } }));
  return graph.encode();
}

function attentionModel(): Uint8Array {
  const graph = new GraphBuilder();
  const inputs = ["query", "key", "value"].map((name) => graph.input(name, "float32", [1, length, width]));
  const attended = graph.node("MultiHeadAttention", inputs, { domain: "com.microsoft", attributes: { num_heads: { int: 1 } } });
  graph.output("computed", "float32", [1, length, width], attended);
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
