import type { TensorStore } from "../checkpoint/types.ts";
import type { GraphBuilder, Value } from "../graph/builder.ts";
import type { WeightFile } from "./weightFile.ts";

/** How the matrices of a prepared model are stored and multiplied. */
export const dtypes = ["fp32"] as const;
export type Dtype = (typeof dtypes)[number];

/** Layers that vision tower and decoder share: each reads its weights by name, stores them and adds its nodes. */
export class LayerBuilder {
  readonly graph: GraphBuilder;
  readonly #tensors: TensorStore;
  readonly #weights: WeightFile;

  constructor(graph: GraphBuilder, tensors: TensorStore, weights: WeightFile) {
    this.graph = graph;
    this.#tensors = tensors;
    this.#weights = weights;
  }

  /** A tensor of the checkpoint as it is, or `change`d and with other dimensions. */
  async weight(name: string, dims = this.#tensors.shape(name), change: (values: Float32Array) => Float32Array = (values) => values): Promise<Value> {
    return this.graph.external("float32", dims, await this.#weights.append(change(await this.#tensors.read(name))));
  }

  /** x · Wᵀ (+ b): x (…, in), W (out, in), as torch.nn.Linear. `name` is the layer's, without ".weight". */
  async linear(x: Value, name: string, { bias = false, inputs }: { bias?: boolean; inputs?: number } = {}): Promise<Value> {
    const shape = this.#tensors.shape(`${name}.weight`);
    const outputs = shape[0] ?? 0;
    const columns = inputs ?? shape[1] ?? 0;
    const matrix = await this.weight(`${name}.weight`, [outputs, columns]);
    const product = this.graph.node("FusedMatMul", [x, matrix], { domain: "com.microsoft", attributes: { transB: { int: 1 } } });
    return bias ? this.graph.node("Add", [product, await this.weight(`${name}.bias`)]) : product;
  }

  /** RMSNorm over the last dimension. */
  async rmsNorm(x: Value, name: string, epsilon: number): Promise<Value> {
    const attributes = { epsilon: { float: epsilon }, axis: { int: -1 } };
    return this.graph.node("SimplifiedLayerNormalization", [x, await this.weight(`${name}.weight`)], { attributes });
  }

  /** RMSNorm of x + residual; both the norm and the sum. */
  async rmsNormOfSum(x: Value, residual: Value, { name, epsilon }: { name: string; epsilon: number }): Promise<[norm: Value, sum: Value]> {
    const inputs = [x, residual, await this.weight(`${name}.weight`)];
    const options = { domain: "com.microsoft", attributes: { epsilon: { float: epsilon } } } as const;
    const [norm, , , sum] = this.graph.nodes("SkipSimplifiedLayerNormalization", inputs, [true, false, false, true], options);
    return [defined(norm), defined(sum)];
  }

  /** LayerNorm over the last dimension. */
  async layerNorm(x: Value, name: string, epsilon: number): Promise<Value> {
    const inputs = [x, await this.weight(`${name}.weight`), await this.weight(`${name}.bias`)];
    return this.graph.node("LayerNormalization", inputs, { attributes: { epsilon: { float: epsilon }, axis: { int: -1 } } });
  }

  /** Gives x other dimensions: 0 keeps one, -1 is what remains. */
  reshape(x: Value, dims: readonly number[]): Value {
    return this.graph.node("Reshape", [x, this.graph.constant("int64", [dims.length], dims)]);
  }

  /** Rotates pairs (i, i + headDim/2) of every head; x (batch, length, heads · headDim). */
  rotary(x: Value, tables: { positions: Value; cos: Value; sin: Value }, heads: number): Value {
    const inputs = [x, tables.positions, tables.cos, tables.sin];
    return this.graph.node("RotaryEmbedding", inputs, { domain: "com.microsoft", attributes: { num_heads: { int: heads } } });
  }
}

/** A result that a node was asked for. */
export function defined(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError("the operator has no such result");
  return value;
}
