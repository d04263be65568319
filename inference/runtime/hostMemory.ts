import { copyToSameIndices } from "./elements.ts";
import { type DeviceMemory, type DeviceTensor, type ElementType, type Runtime, RuntimeError, type Tensor } from "./types.ts";

/** The memory of a session that runs on the CPU: ordinary tensors. */
export class HostMemory implements DeviceMemory {
  readonly #runtime: Pick<Runtime, "createTensor">;

  constructor(runtime: Pick<Runtime, "createTensor">) {
    this.#runtime = runtime;
  }

  createTensor<T extends ElementType>(type: T, dims: readonly number[]): Promise<DeviceTensor<T>> {
    return Promise.resolve(this.#runtime.createTensor(type, dims));
  }

  enlarge<T extends ElementType>(tensor: DeviceTensor<T>, dims: readonly number[]): Promise<DeviceTensor<T>> {
    const grown = this.#runtime.createTensor(tensor.type, dims);
    copyToSameIndices(inHostMemory(tensor), grown);
    tensor[Symbol.dispose]();
    return Promise.resolve(grown);
  }

  copyFromRow(source: DeviceTensor<"float32">, row: number, target: DeviceTensor<"float32">): Promise<void> {
    const { data } = inHostMemory(target);
    data.set(inHostMemory(source).data.subarray(row * data.length, (row + 1) * data.length));
    return Promise.resolve();
  }

  copyToRow(source: DeviceTensor<"float32">, row: number, target: DeviceTensor<"float32">): Promise<void> {
    const { data } = inHostMemory(source);
    inHostMemory(target).data.set(data, row * data.length);
    return Promise.resolve();
  }
}

/** @throws RuntimeError for a tensor of another device */
export function inHostMemory<T extends ElementType>(tensor: DeviceTensor<T>): Tensor<T> {
  if (!hasData(tensor)) throw new RuntimeError("the tensor is not in host memory");
  return tensor;
}

function hasData<T extends ElementType>(tensor: DeviceTensor<T>): tensor is Tensor<T> {
  return "data" in tensor;
}
