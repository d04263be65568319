import { float32ToFloat16 } from "../checkpoint/convert.ts";
import type { ExternalData, GraphBuilder, NodeOptions, Value } from "../graph/builder.ts";
import type { FloatFormat } from "./dtypes.ts";
import type { GraphKind } from "./graphKinds.ts";
import type { WeightFile } from "./weightFile.ts";

const toFloat32 = { to: { int: 1 } };
const toFloat16 = { to: { int: 10 } };
const transposed = { transB: { int: 1 } };
const gpus: readonly GraphKind[] = ["gpu", "gpu-half"];
/** What every adapter that could hold such a model allows for one buffer; a larger one is refused when it is used. */
const usualBuffer = 768 << 20;

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
  readonly #largestBuffer: number;
  /** What several products take. */
  readonly #shared = new Map<string, Value>();

  /** @param largestBuffer bytes of one buffer of a GPU at most, its values taken as float32 */
  constructor(graph: GraphBuilder, weights: WeightFile, largestBuffer = usualBuffer) {
    this.#largestBuffer = largestBuffer;
    this.#graph = graph;
    this.#weights = weights;
  }

  /** x · Wᵀ: x (…, in), W (out, in), which comes in parts. */
  async product(x: Value, { name, outputs, inputs, format }: FloatMatrix, parts: AsyncIterable<Float32Array>): Promise<Value> {
    const data = await this.#append(name, parts, format);
    const stored = this.#external([outputs, inputs], data, format);
    const result = `${name}.product`;
    const half = format === "fp16";
    const matrix = half ? this.#node("Cast", [stored], ["cpu", "gpu"], { attributes: toFloat32 }) : stored;
    this.#graph.nodes("FusedMatMul", [x, matrix], [result], { domain: "com.microsoft", attributes: transposed, kinds: ["cpu"] satisfies GraphKind[] });

    const dims = this.#dims(x, outputs);
    const pieces = this.#pieces({ outputs, inputs, format }, data);
    const single = this.#gemm(this.#rows(x, inputs), pieces.map((piece) => (half ? this.#node("Cast", [piece], ["gpu"], { attributes: toFloat32 }) : piece)), half ? ["gpu"] : gpus);
    const [value] = this.#graph.nodes("Reshape", [single, dims], [result], { kinds: half ? ["gpu"] : gpus });
    if (half) {
      // Only the product is in half precision: sums, norms and attention keep float32's range.
      const product = this.#gemm(this.#halfRows(x, inputs), pieces, ["gpu-half"]);
      const widened = this.#node("Cast", [product], ["gpu-half"], { attributes: toFloat32 });
      this.#graph.nodes("Reshape", [widened, dims], [result], { kinds: ["gpu-half"] satisfies GraphKind[] });
    }
    if (value === undefined) throw new TypeError("a product without a result");
    return value;
  }

  /** Matrices for an operator that takes float32. */
  async matrix(name: string, { dims, parts }: { dims: readonly number[]; parts: AsyncIterable<Float32Array> }, format: FloatFormat): Promise<Value> {
    const stored = this.#external(dims, await this.#append(name, parts, format), format);
    return format === "fp32" ? stored : this.#graph.node("Cast", [stored], { attributes: toFloat32 });
  }

  #append(name: string, parts: AsyncIterable<Float32Array>, format: FloatFormat): Promise<ExternalData> {
    if (format === "fp32") return this.#weights.appendNamed(name, parts);
    return this.#weights.appendNamed(
      name,
      (async function* () {
        for await (const part of parts) yield float32ToFloat16(part);
      })(),
    );
  }

  #external(dims: readonly number[], data: ExternalData, format: FloatFormat): Value {
    return this.#graph.external(format === "fp32" ? "float32" : "float16", dims, data);
  }

  /** A matrix in as many parts, of rows, as buffers are needed for it. */
  #pieces({ outputs, inputs, format }: Omit<FloatMatrix, "name">, { location, offset }: ExternalData): Value[] {
    const rowBytes = inputs * (format === "fp32" ? 4 : 2);
    const rows = Math.ceil(outputs / Math.ceil((outputs * inputs * 4) / this.#largestBuffer));
    return Array.from({ length: Math.ceil(outputs / rows) }, (_, piece) => {
      const count = Math.min(rows, outputs - piece * rows);
      return this.#external([count, inputs], { location, offset: offset + piece * rows * rowBytes, length: count * rowBytes }, format);
    });
  }

  #gemm(rows: Value, pieces: readonly Value[], kinds: readonly GraphKind[]): Value {
    const products = pieces.map((piece) => this.#node("Gemm", [rows, piece], kinds, { attributes: transposed }));
    const [only] = products;
    return only !== undefined && products.length === 1 ? only : this.#node("Concat", products, kinds, { attributes: { axis: { int: 1 } } });
  }

  /** x as (rows, in). */
  #rows(x: Value, inputs: number): Value {
    return this.#once(`rows ${x}`, () => this.#node("Reshape", [x, this.#graph.constant("int64", [2], [-1, inputs])], gpus));
  }

  #halfRows(x: Value, inputs: number): Value {
    return this.#once(`half rows ${x}`, () => this.#node("Cast", [this.#rows(x, inputs)], ["gpu-half"], { attributes: toFloat16 }));
  }

  /** The dimensions of x with another last one. */
  #dims(x: Value, outputs: number): Value {
    const leading = this.#once(`leading ${x}`, () => this.#node("Shape", [x], gpus, { attributes: { end: { int: -1 } } }));
    const last = this.#graph.constant("int64", [1], [outputs]);
    return this.#once(`dims ${x} ${outputs}`, () => this.#node("Concat", [leading, last], gpus, { attributes: { axis: { int: 0 } } }));
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
