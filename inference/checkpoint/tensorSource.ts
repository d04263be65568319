import type { StoredTensor } from "./storedTensor.ts";
import type { TensorStore } from "./types.ts";

/** A tensor of the model, whichever way the checkpoint stores it. */
export interface TensorSource {
  /** The file that holds it, for errors. */
  readonly file: string;
  readonly dtype: ReturnType<TensorStore["dtype"]>;
  readonly shape: readonly number[];
  /** A range of its first dimension as float32. */
  read(from: number, to: number): Promise<Float32Array<ArrayBuffer>>;
  /** Some rows at once, where that can be done without much ado. */
  readonly readRow?: (row: number, target: Float32Array) => void;
  /** The integers that a quantized matrix consists of, where its blocks are regular. */
  readonly blocks?: QuantizedBlocks;
}

/** A matrix (outputs, inputs) of 4-bit integers, `block` neighboring inputs of an output with one scale and zero point: value = (level − zero) · scale. */
export interface QuantizedBlocks {
  readonly block: number;
  read(from: number, to: number): Promise<BlockRows>;
}

/** Rows of such a matrix. */
export interface BlockRows {
  /** (rows, inputs), a byte each. */
  levels: Uint8Array;
  /** (rows, blocks). */
  scales: Float32Array;
  /** (rows, blocks), a byte each. */
  zeros: Uint8Array;
}

/** A tensor that is stored as floating-point numbers. */
export function plainTensor(tensor: StoredTensor): TensorSource | undefined {
  const { dtype, shape } = tensor;
  if (dtype !== "F32" && dtype !== "F16" && dtype !== "BF16") return undefined;
  return {
    file: tensor.file.name,
    dtype,
    shape,
    read: (from, to) => tensor.floats(from, to),
    readRow: (row, target) => tensor.floatsSync(row, target),
  };
}
