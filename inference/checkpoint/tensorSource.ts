import type { StoredTensor } from "./storedTensor.ts";
import type { QuantizedBlocks, TensorStore } from "./types.ts";

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
  /** See TensorStore. */
  readonly blocks?: QuantizedBlocks;
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
