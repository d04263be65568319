import type { QuantizedBlocks, TensorStore } from "../checkpoint/types.ts";
import type { GraphBuilder, Value } from "../graph/builder.ts";
import { blobBytes } from "../quantization/blobs.ts";
import { type BlockFormat, packLevels, type QuantizedRows } from "../quantization/blockwise.ts";
import { mapInOrder, type Quantizer } from "../quantization/quantizer.ts";
import { isFloat, type MatrixFormat } from "./dtypes.ts";
import { FloatProducts } from "./floatProducts.ts";
import type { WeightFile } from "./weightFile.ts";

/** Rows of a large matrix that are read at a time, counted in values; small enough to share a matrix among threads. */
const valuesAtOnce = 1 << 19;
/** MatMulNBits then multiplies 8-bit integers: the activations are quantized too, row by row. */
const integerAccuracy = 4;

interface LayerParts {
  tensors: TensorStore;
  weights: WeightFile;
  quantizer: Quantizer;
  /** Bytes of one buffer of a GPU at most, if not as usual. */
  largestBuffer?: number;
}

/** Layers that vision tower and decoder share: each reads its weights by name, stores them and adds its nodes. */
export class LayerBuilder {
  readonly graph: GraphBuilder;
  readonly #tensors: TensorStore;
  readonly #weights: WeightFile;
  readonly #quantizer: Quantizer;
  readonly #floats: FloatProducts;
  readonly #parts: LayerParts;

  constructor(graph: GraphBuilder, parts: LayerParts) {
    const { tensors, weights, quantizer, largestBuffer } = parts;
    this.graph = graph;
    this.#parts = parts;
    this.#tensors = tensors;
    this.#weights = weights;
    this.#quantizer = quantizer;
    this.#floats = new FloatProducts(graph, weights, largestBuffer);
  }

  /** For another graph over the same weights, which are stored once. */
  for(graph: GraphBuilder): LayerBuilder {
    return new LayerBuilder(graph, this.#parts);
  }

  /** A tensor of the checkpoint, or a range of its first dimension. */
  async weight(name: string, rows?: RowRange): Promise<Value> {
    const [count = 0, ...others] = this.#tensors.shape(name);
    const { from, to } = rows ?? { from: 0, to: count };
    const read = () => this.#tensors.read(name, rows);
    const values = (async function* () {
      yield await read();
    })();
    return this.graph.external("float32", [to - from, ...others], await this.#weights.appendNamed(`${name} ${from}-${to}`, values));
  }

  /** x · Wᵀ (+ b): x (…, in), W (out, in), as torch.nn.Linear. `name` is the layer's, without ".weight". */
  async linear(x: Value, name: string, { format, bias = false, rows }: LinearOptions): Promise<Value> {
    const [count = 0, ...others] = this.#tensors.shape(`${name}.weight`);
    const { from, to } = rows ?? { from: 0, to: count };
    const matrix = { name: `${name}.weight`, from, outputs: to - from, inputs: others.reduce((product, dim) => product * dim, 1) };
    const product = isFloat(format) ? await this.#floats.product(x, { ...matrix, name: matrixName(matrix), format }, this.#rowChunks(matrix)) : await this.#integerProduct(x, matrix, format);
    return bias ? this.graph.node("Add", [product, await this.weight(`${name}.bias`, rows)]) : product;
  }

  /** Integers of four bits that the checkpoint itself consists of are taken as they stand: others in their place would only be worse. */
  #integerProduct(x: Value, matrix: Matrix, format: BlockFormat): Promise<Value> {
    const stored = format.bits === 4 ? this.#tensors.blocks(matrix.name) : undefined;
    return stored ? this.#storedProduct(x, matrix, stored) : this.#blockwiseProduct(x, matrix, format);
  }

  async #storedProduct(x: Value, matrix: Matrix, stored: QuantizedBlocks): Promise<Value> {
    const { block } = stored;
    const blocks = matrix.inputs / block;
    const scales: Float32Array[] = [];
    const zeroPoints: Uint8Array[] = [];
    const ranges = this.#rowRanges(matrix);
    const parts = (async function* () {
      for (const { from, to } of ranges) {
        const rows = await stored.read(from, to);
        const packed = packLevels(rows.levels, rows.zeros, blocks);
        scales.push(rows.scales);
        zeroPoints.push(packed.zeroPoints);
        yield packed.values;
      }
    })();
    return this.#matMulNBits(x, matrix, { format: { bits: 4, block, zeroPoints: true }, values: parts, scales, zeroPoints });
  }

  #blockwiseProduct(x: Value, matrix: Matrix, format: BlockFormat): Promise<Value> {
    const scales: Float32Array[] = [];
    const zeroPoints: Uint8Array[] = [];
    const values = this.#quantized(this.#rowChunks(matrix), matrix.inputs, { format, scales, zeroPoints });
    return this.#matMulNBits(x, matrix, { format, values, scales, zeroPoints });
  }

  /** `scales` and `zeroPoints` are filled while `values` are taken. */
  async #matMulNBits(x: Value, matrix: Matrix, parts: IntegerParts): Promise<Value> {
    const { outputs, inputs } = matrix;
    const name = matrixName(matrix);
    const { bits, block, zeroPoints } = parts.format;
    const blocks = Math.ceil(inputs / block);
    const values = this.graph.external("uint8", [outputs, blocks, (block * bits) / 8], await this.#weights.appendNamed(name, parts.values));
    const inputNames = [x, values, this.graph.external("float32", [outputs * blocks], await this.#weights.appendNamed(`${name} scales`, parts.scales))];
    if (zeroPoints) {
      const bytes = outputs * Math.ceil((blocks * bits) / 8);
      inputNames.push(this.graph.external("uint8", [bytes], await this.#weights.appendNamed(`${name} zero points`, parts.zeroPoints)));
    }
    return this.graph.node("MatMulNBits", inputNames, {
      domain: "com.microsoft",
      attributes: { K: { int: inputs }, N: { int: outputs }, bits: { int: bits }, block_size: { int: block }, accuracy_level: { int: integerAccuracy } },
    });
  }

  /** The integers of each part; its scales and zero points are added to the lists. */
  async *#quantized(
    parts: AsyncIterable<Float32Array<ArrayBuffer>>,
    inputs: number,
    { format, scales, zeroPoints }: { format: BlockFormat; scales: Float32Array[]; zeroPoints: Uint8Array[] },
  ): AsyncGenerator<Uint8Array> {
    const quantize = (rows: Float32Array<ArrayBuffer>): Promise<QuantizedRows> => this.#quantizer.quantize(rows, inputs, format);
    for await (const part of mapInOrder(parts, this.#quantizer.parallel, quantize)) {
      scales.push(part.scales);
      if (part.zeroPoints) zeroPoints.push(part.zeroPoints);
      yield part.values;
    }
  }

  async *#rowChunks(matrix: Matrix): AsyncGenerator<Float32Array<ArrayBuffer>> {
    for (const range of this.#rowRanges(matrix)) yield this.#tensors.read(matrix.name, range);
  }

  #rowRanges({ from, outputs, inputs }: Matrix): RowRange[] {
    const rows = Math.max(1, Math.floor(valuesAtOnce / inputs));
    return Array.from({ length: Math.ceil(outputs / rows) }, (_, index) => ({ from: from + index * rows, to: from + Math.min((index + 1) * rows, outputs) }));
  }

  /**
   * Matrices that the checkpoint stores transposed in one tensor (count, inputs, outputs), as (count, outputs, inputs) with
   * their outputs in another order: `place` says where each goes. Integers come with their scales (count, outputs, blocks).
   */
  async stackedMatrices(name: string, { count, inputs, outputs, place }: StackedMatrices, format: MatrixFormat): Promise<{ values: Value; scales: Value | "" }> {
    const tensors = this.#tensors;
    const matrices = async function* () {
      for (let index = 0; index < count; index++) {
        yield transpose(await tensors.read(name, { from: index, to: index + 1 }), { rows: inputs, columns: outputs, place });
      }
    };
    if (isFloat(format)) return { values: await this.#floats.matrix(name, { dims: [count, outputs, inputs], parts: matrices() }, format), scales: "" };
    const scales: Float32Array[] = [];
    const quantized = this.#quantized(matrices(), inputs, { format, scales, zeroPoints: [] });
    const values = this.graph.external("uint8", [count, outputs, (inputs * format.bits) / 8], await this.#weights.appendNamed(name, quantized));
    const scaleDims = [count, outputs, Math.ceil(inputs / format.block)];
    return { values, scales: this.graph.external("float32", scaleDims, await this.#weights.appendNamed(`${name} scales`, scales)) };
  }

  /** Matrices stored as in `stackedMatrices`, each as a blob (see quantizeToBlob) in `parts` pieces of equal size: (count · parts, bytes). */
  async stackedBlobs(name: string, { count, inputs, outputs, parts }: { count: number; inputs: number; outputs: number; parts: number }): Promise<Value> {
    const tensors = this.#tensors;
    const matrices = async function* () {
      for (let index = 0; index < count; index++) yield tensors.read(name, { from: index, to: index + 1 });
    };
    const blobs = mapInOrder(matrices(), this.#quantizer.parallel, (matrix) => this.#quantizer.quantizeToBlob(matrix, { inputs, outputs }));
    return this.graph.external("uint8", [count * parts, blobBytes({ inputs, outputs }) / parts], await this.#weights.appendNamed(name, blobs));
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

export interface RowRange {
  from: number;
  to: number;
}

interface LinearOptions {
  format: MatrixFormat;
  bias?: boolean;
  /** Only these of its outputs. */
  rows?: RowRange;
}

/** `outputs` rows of a tensor, from row `from` on. */
interface Matrix {
  name: string;
  from: number;
  outputs: number;
  inputs: number;
}

function matrixName({ name, from, outputs }: Matrix): string {
  return `${name} ${from}-${from + outputs}`;
}

interface IntegerParts {
  format: BlockFormat;
  values: AsyncIterable<Uint8Array>;
  scales: Float32Array[];
  zeroPoints: Uint8Array[];
}

interface StackedMatrices {
  count: number;
  inputs: number;
  outputs: number;
  place: (output: number) => number;
}

/** (rows, columns) → (columns, rows), the columns in another order. */
function transpose(values: Float32Array, { rows, columns, place }: { rows: number; columns: number; place: (column: number) => number }): Float32Array<ArrayBuffer> {
  const result = new Float32Array(values.length);
  for (let column = 0; column < columns; column++) {
    const start = place(column) * rows;
    for (let row = 0; row < rows; row++) result[start + row] = values[row * columns + column] ?? 0;
  }
  return result;
}

/** A result that a node was asked for. */
export function defined(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError("the operator has no such result");
  return value;
}
