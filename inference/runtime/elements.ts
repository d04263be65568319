import type { ElementArrays, ElementType, Tensor } from "./types.ts";

/** ONNX TensorProto.DataType. */
export const elementTypeNumbers: Readonly<Record<ElementType, number>> = { float32: 1, uint8: 2, int32: 6, int64: 7 };

/** Bytes of one value. */
export const elementWidths: Readonly<Record<ElementType, number>> = { float32: 4, uint8: 1, int32: 4, int64: 8 };

export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

const constructors: { [T in ElementType]: (length: number) => ElementArrays[T] } = {
  // An explicit ArrayBuffer lies outside of V8's heap and so never moves; a small typed array's own might.
  float32: (length) => new Float32Array(new ArrayBuffer(length * 4)),
  int32: (length) => new Int32Array(new ArrayBuffer(length * 4)),
  int64: (length) => new BigInt64Array(new ArrayBuffer(length * 8)),
  uint8: (length) => new Uint8Array(new ArrayBuffer(length)),
};

/** Zeroed values at an address that native code may keep. */
export function allocateElements<T extends ElementType>(type: T, length: number): ElementArrays[T] {
  return constructors[type](length);
}

/** A part of a tensor's values, without a copy. */
export function viewElements<T extends ElementType>({ data }: Tensor<T>, dims: readonly number[], from: number): ElementArrays[T] {
  const to = from + elementCount(dims);
  if (from < 0 || to > data.length) throw new RangeError(`values ${from} to ${to} of ${data.length}`);
  return data.subarray(from, to) as ElementArrays[T];
}

/** Copies a tensor's values to the same indices of a larger tensor of the same rank. */
export function copyToSameIndices(from: Tensor, to: Tensor): void {
  const width = from.dims.at(-1) ?? 1;
  for (let start = 0; start < from.data.length; start += width) {
    let rest = start / width;
    let target = 0;
    let stride = to.dims.at(-1) ?? 1;
    for (let axis = from.dims.length - 2; axis >= 0; axis--) {
      const size = from.dims[axis] ?? 1;
      target += (rest % size) * stride;
      rest = Math.floor(rest / size);
      stride *= to.dims[axis] ?? 1;
    }
    setElements(to.data, from.data.subarray(start, start + width), target);
  }
}

function setElements(target: ElementArrays[ElementType], values: ElementArrays[ElementType], offset: number): void {
  if (target instanceof BigInt64Array && values instanceof BigInt64Array) target.set(values, offset);
  else if (!(target instanceof BigInt64Array) && !(values instanceof BigInt64Array)) target.set(values, offset);
  else throw new TypeError("tensors of different types");
}

/** Copies numbers or bigints into a typed array of either kind. */
export function fillElements(target: ElementArrays[ElementType], values: ArrayLike<number> | ArrayLike<bigint>): void {
  if (target.length !== values.length) throw new RangeError(`expected ${target.length} values, got ${values.length}`);
  if (target instanceof BigInt64Array) {
    for (let index = 0; index < target.length; index++) target[index] = BigInt(values[index] ?? 0);
  } else if (ArrayBuffer.isView(values) && !(values instanceof BigInt64Array)) {
    target.set(values as ArrayLike<number>);
  } else {
    for (let index = 0; index < target.length; index++) target[index] = Number(values[index] ?? 0);
  }
}
