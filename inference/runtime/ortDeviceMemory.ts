import { GraphBuilder } from "../graph/builder.ts";
import type { DeviceLock } from "./deviceLock.ts";
import { elementTypeNumbers } from "./elements.ts";
import type { OrtApi, Pointer } from "./ortApi.ts";
import { OrtValue } from "./ortValue.ts";
import type { DeviceMemory, DeviceTensor, ElementType, Session, Tensor } from "./types.ts";

/** What ONNX Runtime calls a device's memory. */
const memoryNames = { webgpu: "WebGPU_Buf", cuda: "Cuda" } as const;

const deviceAllocator = 0;
const firstDevice = 0;
const defaultMemory = 0;

export interface DeviceMemoryParts {
  kind: keyof typeof memoryNames;
  api: OrtApi;
  /** The session whose device it is. */
  session: Pointer;
  lock: DeviceLock;
  /** What a failure is reported as. */
  explain: (fault: unknown) => unknown;
  /** Starts a session of the same device over a model in memory. */
  startSession: (model: Uint8Array) => Promise<Session>;
  createTensor: <T extends ElementType>(type: T, dims: readonly number[], values: readonly number[]) => Tensor<T>;
}

/** Memory of a GPU, from the allocator of a session; released with it, whoever still holds a tensor. */
export class OrtDeviceMemory implements DeviceMemory, Disposable {
  readonly #parts: DeviceMemoryParts;
  readonly #info: Pointer;
  readonly #allocator: Pointer;
  readonly #tensors = new Set<OwnedValue<ElementType>>();
  /** Sessions that move values, by what they do. */
  readonly #movers = new Map<string, Promise<Session>>();

  constructor(parts: DeviceMemoryParts) {
    this.#parts = parts;
    this.#info = parts.api.create("CreateMemoryInfo", memoryNames[parts.kind], deviceAllocator, firstDevice, defaultMemory);
    this.#allocator = parts.api.create("CreateAllocator", parts.session, this.#info);
  }

  createTensor<T extends ElementType>(type: T, dims: readonly number[]): Promise<DeviceTensor<T>> {
    const { api, lock, explain } = this.#parts;
    const shape = BigInt64Array.from(dims, BigInt);
    return lock.run(() => {
      try {
        const handle = api.create("CreateTensorAsOrtValue", this.#allocator, shape, dims.length, elementTypeNumbers[type]);
        const tensor = new OwnedValue(api, handle, { type, dims, lock, onDispose: (disposed) => this.#tensors.delete(disposed) });
        this.#tensors.add(tensor);
        return tensor;
      } catch (fault) {
        throw explain(fault);
      }
    });
  }

  async enlarge<T extends ElementType>(tensor: DeviceTensor<T>, dims: readonly number[]): Promise<DeviceTensor<T>> {
    const session = await this.#mover(`enlarge ${tensor.type} ${dims.length}`, () => paddingModel(tensor.type, dims.length));
    const growth = dims.map((size, axis) => size - (tensor.dims[axis] ?? 0));
    const grown = await this.createTensor(tensor.type, dims);
    using pads = this.#parts.createTensor("int64", [2 * dims.length], [...growth.map(() => 0), ...growth]);
    using binding = session.createBinding();
    binding.bindInput("values", tensor);
    binding.bindInput("pads", pads);
    binding.bindOutput("padded", grown);
    await binding.run();
    tensor[Symbol.dispose]();
    return grown;
  }

  async copyFromRow(source: DeviceTensor<"float32">, row: number, target: DeviceTensor<"float32">): Promise<void> {
    const session = await this.#mover(`from row ${source.dims.length}`, () => fromRowModel(source.dims.length));
    using index = this.#parts.createTensor("int32", [1], [row]);
    using binding = session.createBinding();
    binding.bindInput("rows", source);
    binding.bindInput("index", index);
    binding.bindOutput("row", target);
    await binding.run();
  }

  async copyToRow(source: DeviceTensor<"float32">, row: number, target: DeviceTensor<"float32">): Promise<void> {
    const session = await this.#mover(`to row ${source.dims.length}`, () => toRowModel(source.dims.length));
    using index = this.#parts.createTensor("int64", [1, 1], [row]);
    using binding = session.createBinding();
    binding.bindInput("rows", target);
    binding.bindInput("index", index);
    binding.bindInput("row", source);
    binding.bindOutput("written", target);
    await binding.run();
  }

  /** To be called by who holds the lock. */
  [Symbol.dispose](): void {
    for (const tensor of this.#tensors) tensor.release();
    this.#parts.api.release("ReleaseAllocator", this.#allocator);
    this.#parts.api.release("ReleaseMemoryInfo", this.#info);
  }

  #mover(name: string, model: () => Uint8Array): Promise<Session> {
    const session = this.#movers.get(name) ?? this.#parts.startSession(model());
    this.#movers.set(name, session);
    return session;
  }
}

interface OwnedValueParts<T> {
  type: T;
  dims: readonly number[];
  lock: DeviceLock;
  onDispose: (disposed: OwnedValue<ElementType>) => void;
}

class OwnedValue<T extends ElementType> extends OrtValue<T> {
  readonly #lock: DeviceLock;
  readonly #onDispose: (disposed: OwnedValue<ElementType>) => void;

  constructor(api: OrtApi, handle: Pointer, { type, dims, lock, onDispose }: OwnedValueParts<T>) {
    super(api, handle, { type, dims });
    this.#lock = lock;
    this.#onDispose = onDispose;
  }

  override [Symbol.dispose](): void {
    void this.#lock.run(() => this.release());
  }

  /** To be called by who holds the lock. */
  release(): void {
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

const sizesAfterRow = (rank: number) => Array.from({ length: rank - 1 }, (_, axis) => `size_${axis}`);

/** row: rows[index]. */
function fromRowModel(rank: number): Uint8Array {
  const graph = new GraphBuilder();
  const rows = graph.input("rows", "float32", ["rows", ...sizesAfterRow(rank)]);
  const index = graph.input("index", "int32", [1]);
  graph.namedOutput("row", "float32", [1, ...sizesAfterRow(rank)]);
  graph.nodes("Gather", [rows, index], ["row"]);
  return graph.encode();
}

/** written: `rows` with `row` at an index; in place where both are bound to one tensor. */
function toRowModel(rank: number): Uint8Array {
  const graph = new GraphBuilder();
  const rows = graph.input("rows", "float32", ["rows", ...sizesAfterRow(rank)]);
  const index = graph.input("index", "int64", [1, 1]);
  const row = graph.input("row", "float32", [1, ...sizesAfterRow(rank)]);
  graph.namedOutput("written", "float32", ["rows", ...sizesAfterRow(rank)]);
  graph.nodes("ScatterND", [rows, index, row], ["written"]);
  return graph.encode();
}
