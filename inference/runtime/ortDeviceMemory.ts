import { GraphBuilder } from "../graph/builder.ts";
import { elementTypeNumbers, elementWidths } from "./elements.ts";
import type { OrtApi, Pointer } from "./ortApi.ts";
import { asOrtValue, OrtValue, wrapMemory } from "./ortValue.ts";
import { type DeviceMemory, type DeviceTensor, type ElementType, RuntimeError, type Session, type Tensor } from "./types.ts";

/** What ONNX Runtime calls a device's memory, and whether an address inside of a tensor is one that can be bound. */
export const memoryKinds = {
  webgpu: { name: "WebGPU_Buf", viewsAnywhere: false }, // a tensor's data is the handle of a buffer
  cuda: { name: "Cuda", viewsAnywhere: true },
} as const;

const deviceAllocator = 0;
const firstDevice = 0;
const defaultMemory = 0;

export interface DeviceMemoryParts {
  kind: keyof typeof memoryKinds;
  api: OrtApi;
  /** The session whose device it is. */
  session: Pointer;
  /** Starts a session of the same device over a model in memory. */
  startSession: (model: Uint8Array) => Promise<Session>;
  createTensor: <T extends ElementType>(type: T, dims: readonly number[], values: readonly number[]) => Tensor<T>;
}

/** Memory of a GPU, from the allocator of a session; released with it, whoever still holds a tensor. */
export class OrtDeviceMemory implements DeviceMemory, Disposable {
  readonly viewsAnywhere: boolean;
  readonly #parts: DeviceMemoryParts;
  readonly #info: Pointer;
  readonly #allocator: Pointer;
  readonly #tensors = new Set<OrtValue>();
  readonly #padding = new Map<string, Promise<Session>>();

  constructor(parts: DeviceMemoryParts) {
    const { name, viewsAnywhere } = memoryKinds[parts.kind];
    this.viewsAnywhere = viewsAnywhere;
    this.#parts = parts;
    this.#info = parts.api.create("CreateMemoryInfo", name, deviceAllocator, firstDevice, defaultMemory);
    this.#allocator = parts.api.create("CreateAllocator", parts.session, this.#info);
  }

  createTensor<T extends ElementType>(type: T, dims: readonly number[]): DeviceTensor<T> {
    const shape = BigInt64Array.from(dims, BigInt);
    return this.#own(this.#parts.api.create("CreateTensorAsOrtValue", this.#allocator, shape, dims.length, elementTypeNumbers[type]), type, dims);
  }

  createView<T extends ElementType>(tensor: DeviceTensor<T>, dims: readonly number[], from: number): DeviceTensor<T> {
    if (from !== 0 && !this.viewsAnywhere) throw new RuntimeError("a view of this device's memory must begin at the first value");
    const start = this.#parts.api.create("GetTensorMutableData", asOrtValue(tensor).handle);
    const view = { type: tensor.type, dims, data: start + BigInt(from * elementWidths[tensor.type]) };
    const handle = wrapMemory(this.#parts.api, this.#info, view);
    return this.#own(handle, tensor.type, dims);
  }

  async enlarge<T extends ElementType>(tensor: DeviceTensor<T>, dims: readonly number[]): Promise<DeviceTensor<T>> {
    const session = await this.#paddingSession(tensor.type, dims.length);
    const growth = dims.map((size, axis) => size - (tensor.dims[axis] ?? 0));
    const grown = this.createTensor(tensor.type, dims);
    using pads = this.#parts.createTensor("int64", [2 * dims.length], [...growth.map(() => 0), ...growth]);
    using binding = session.createBinding();
    binding.bindInput("values", tensor);
    binding.bindInput("pads", pads);
    binding.bindOutput("padded", grown);
    await binding.run();
    tensor[Symbol.dispose]();
    return grown;
  }

  [Symbol.dispose](): void {
    for (const tensor of this.#tensors) tensor[Symbol.dispose]();
    this.#parts.api.release("ReleaseAllocator", this.#allocator);
    this.#parts.api.release("ReleaseMemoryInfo", this.#info);
  }

  #paddingSession(type: ElementType, rank: number): Promise<Session> {
    const key = `${type} ${rank}`;
    const session = this.#padding.get(key) ?? this.#parts.startSession(paddingModel(type, rank));
    this.#padding.set(key, session);
    return session;
  }

  #own<T extends ElementType>(handle: Pointer, type: T, dims: readonly number[]): DeviceTensor<T> {
    const tensor = new OwnedValue(this.#parts.api, handle, { type, dims, onDispose: (disposed) => this.#tensors.delete(disposed) });
    this.#tensors.add(tensor);
    return tensor;
  }
}

class OwnedValue<T extends ElementType> extends OrtValue<T> {
  readonly #onDispose: (disposed: OrtValue) => void;

  constructor(api: OrtApi, handle: Pointer, { type, dims, onDispose }: { type: T; dims: readonly number[]; onDispose: (disposed: OrtValue) => void }) {
    super(api, handle, { type, dims });
    this.#onDispose = onDispose;
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#onDispose(this);
  }
}

/** padded: `values` with pads[rank + axis] more of each axis. */
function paddingModel(type: ElementType, rank: number): Uint8Array {
  const graph = new GraphBuilder();
  const sizes = (name: string) => Array.from({ length: rank }, (_, axis) => `${name}_${axis}`);
  const values = graph.input("values", type, sizes("size"));
  const pads = graph.input("pads", "int64", [2 * rank]);
  graph.namedOutput("padded", type, sizes("padded"));
  graph.nodes("Pad", [values, pads], ["padded"]);
  return graph.encode();
}
