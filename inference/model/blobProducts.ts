import { GraphBuilder } from "../graph/builder.ts";
import { quantizeToBlob } from "../quantization/blobs.ts";
import { createRuntime, RuntimeError } from "../runtime/index.ts";

/**
 * Whether ONNX Runtime multiplies by blobs (see quantizeToBlob) on this processor: it has kernels for AVX-512 only.
 * One small product is computed to find out.
 */
export async function multipliesBlobs(): Promise<boolean> {
  const inputs = 32;
  const graph = new GraphBuilder();
  const x = graph.input("x", "float32", [1, inputs]);
  const blob = graph.input("blob", "uint8", ["bytes"]);
  const product = graph.node("MatMulFpQ4", [x, blob, graph.constant("int64", [2], [inputs, 1])], { domain: "com.microsoft", attributes: { blk_quant_type: { int: 0 } } });
  graph.output("y", "float32", [1, 1], product);
  await using runtime = createRuntime(() => undefined);
  const matrix = Float32Array.from({ length: inputs }, (_, index) => (index % 16) - 8);
  const bytes = quantizeToBlob(matrix, { inputs, outputs: 1 });
  using row = runtime.createTensor("float32", [1, inputs], matrix);
  using column = runtime.createTensor("uint8", [bytes.length], bytes);
  using result = runtime.createTensor("float32", [1, 1]);
  try {
    await using session = await runtime.createSession(graph.encode());
    using binding = session.createBinding();
    binding.bindInput("x", row);
    binding.bindInput("blob", column);
    binding.bindOutput("y", result);
    await binding.run();
  } catch (fault) {
    if (fault instanceof RuntimeError) return false;
    throw fault;
  }
  const expected = matrix.reduce((sum, value) => sum + value ** 2, 0);
  return Math.abs((result.data[0] ?? NaN) - expected) < 1e-3 * expected;
}
