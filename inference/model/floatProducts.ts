import { float32ToFloat16 } from "../checkpoint/convert.ts";
import type { GraphBuilder, NodeOptions, Value } from "../graph/builder.ts";
import type { FloatFormat } from "./dtypes.ts";
import type { GraphKind } from "./graphKinds.ts";
import type { WeightFile } from "./weightFile.ts";

const toFloat32 = { to: { int: 1 } };
const toFloat16 = { to: { int: 10 } };
const transposed = { transB: { int: 1 } };

interface FloatMatrix {
  /** Names the product, once in a graph. */
  name: string;
  outputs: number;
  inputs: number;
  format: FloatFormat;
}

/**
 * Products of floating-point matrices. The weights are stored once, for all kinds of a graph: FusedMatMul is what the CPU
 * computes fastest, and WebGPU lacks it; Gemm takes the same weights there, and has two dimensions.
 */
export class FloatProducts {
  readonly #graph: GraphBuilder;
  readonly #weights: WeightFile;
  /** What several products take. */
  readonly #shared = new Map<string, Value>();

  constructor(graph: GraphBuilder, weights: WeightFile) {
    this.#graph = graph;
    this.#weights = weights;
  }

  /** x · Wᵀ: x (…, in), W (out, in), which comes in parts. */
  async product(x: Value, { name, outputs, inputs, format }: FloatMatrix, parts: AsyncIterable<Float32Array>): Promise<Value> {
    const stored = await this.#store([outputs, inputs], parts, format);
    const result = `${name}.product`;
    const half = format === "fp16";
    const matrix = half ? this.#node("Cast", [stored], ["cpu", "gpu"], { attributes: toFloat32 }) : stored;
    this.#graph.nodes("FusedMatMul", [x, matrix], [result], { domain: "com.microsoft", attributes: transposed, kinds: ["cpu"] satisfies GraphKind[] });

    const dims = this.#dims(x, outputs);
    const singleKinds: GraphKind[] = half ? ["gpu"] : ["gpu", "gpu-half"];
    const single = this.#node("Gemm", [this.#rows(x, inputs), matrix], singleKinds, { attributes: transposed });
    const [value] = this.#graph.nodes("Reshape", [single, dims], [result], { kinds: singleKinds });
    if (half) {
      // Only the product is in half precision: sums, norms and attention keep float32's range.
      const product = this.#node("Gemm", [this.#halfRows(x, inputs), stored], ["gpu-half"], { attributes: transposed });
      const widened = this.#node("Cast", [product], ["gpu-half"], { attributes: toFloat32 });
      this.#graph.nodes("Reshape", [widened, dims], [result], { kinds: ["gpu-half"] satisfies GraphKind[] });
    }
    if (value === undefined) throw new TypeError("a product without a result");
    return value;
  }

  /** Matrices for an operator that takes float32. */
  async matrix(dims: readonly number[], parts: AsyncIterable<Float32Array>, format: FloatFormat): Promise<Value> {
    const stored = await this.#store(dims, parts, format);
    return format === "fp32" ? stored : this.#graph.node("Cast", [stored], { attributes: toFloat32 });
  }

  async #store(dims: readonly number[], parts: AsyncIterable<Float32Array>, format: FloatFormat): Promise<Value> {
    if (format === "fp32") return this.#graph.external("float32", dims, await this.#weights.appendParts(parts));
    const halves = (async function* () {
      for await (const part of parts) yield float32ToFloat16(part);
    })();
    return this.#graph.external("float16", dims, await this.#weights.appendParts(halves));
  }

  /** x as (rows, in). */
  #rows(x: Value, inputs: number): Value {
    return this.#once(`rows ${x}`, () => this.#node("Reshape", [x, this.#graph.constant("int64", [2], [-1, inputs])], ["gpu", "gpu-half"]));
  }

  #halfRows(x: Value, inputs: number): Value {
    return this.#once(`half rows ${x}`, () => this.#node("Cast", [this.#rows(x, inputs)], ["gpu-half"], { attributes: toFloat16 }));
  }

  /** The dimensions of x with another last one. */
  #dims(x: Value, outputs: number): Value {
    const leading = this.#once(`leading ${x}`, () => this.#node("Shape", [x], ["gpu", "gpu-half"], { attributes: { end: { int: -1 } } }));
    const last = this.#graph.constant("int64", [1], [outputs]);
    return this.#once(`dims ${x} ${outputs}`, () => this.#node("Concat", [leading, last], ["gpu", "gpu-half"], { attributes: { axis: { int: 0 } } }));
  }

  #node(operator: string, inputs: readonly Value[], kinds: readonly GraphKind[], options: Pick<NodeOptions, "attributes"> = {}): Value {
    return this.#graph.node(operator, inputs, { ...options, kinds });
  }

  #once(name: string, make: () => Value): Value {
    const value = this.#shared.get(name) ?? make();
    this.#shared.set(name, value);
    return value;
  }
}
