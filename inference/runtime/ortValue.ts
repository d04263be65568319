import { elementCount, elementTypeNumbers, elementWidths } from "./elements.ts";
import type { OrtApi, Pointer } from "./ortApi.ts";
import { type DeviceTensor, type ElementArrays, type ElementType, RuntimeError, type Tensor } from "./types.ts";

/** A tensor of the C API: owns its OrtValue. */
export class OrtValue<T extends ElementType = ElementType> implements DeviceTensor<T> {
  readonly type: T;
  readonly dims: readonly number[];
  readonly #api: OrtApi;
  #handle: Pointer | undefined;

  constructor(api: OrtApi, handle: Pointer, { type, dims }: { type: T; dims: readonly number[] }) {
    this.#api = api;
    this.#handle = handle;
    this.type = type;
    this.dims = dims;
  }

  get byteLength(): number {
    return elementCount(this.dims) * elementWidths[this.type];
  }

  get handle(): Pointer {
    return this.requireLive();
  }

  /** @throws RuntimeError once it is disposed */
  requireLive(): Pointer {
    if (this.#handle === undefined) throw new RuntimeError("the tensor was disposed");
    return this.#handle;
  }

  [Symbol.dispose](): void {
    if (this.#handle !== undefined) this.#api.release("ReleaseValue", this.#handle);
    this.#handle = undefined;
  }
}

/** One whose values lie in JavaScript's memory. */
export class HostValue<T extends ElementType> extends OrtValue<T> implements Tensor<T> {
  readonly data: ElementArrays[T];

  /** @param memory an OrtMemoryInfo of the CPU */
  constructor(api: OrtApi, memory: Pointer, { type, dims, data }: { type: T; dims: readonly number[]; data: ElementArrays[T] }) {
    const shape = BigInt64Array.from(dims, BigInt);
    super(api, api.create("CreateTensorWithDataAsOrtValue", memory, data, data.byteLength, shape, dims.length, elementTypeNumbers[type]), { type, dims });
    this.data = data;
  }
}

/** @throws RuntimeError for a tensor that another runtime made */
export function asOrtValue<T extends ElementType>(tensor: DeviceTensor<T>): OrtValue<T> {
  if (!isOrtValue(tensor)) throw new RuntimeError("the tensor belongs to another runtime");
  return tensor;
}

function isOrtValue<T extends ElementType>(tensor: DeviceTensor<T>): tensor is OrtValue<T> {
  return tensor instanceof OrtValue;
}
