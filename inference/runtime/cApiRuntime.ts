import { allocateElements, elementCount, elementTypeNumbers, fillElements, viewElements } from "./elements.ts";
import { HostMemory } from "./hostMemory.ts";
import { findLibrary } from "./library.ts";
import { OrtApi, type Pointer } from "./ortApi.ts";
import {
  type Binding,
  type DeviceMemory,
  type DeviceTensor,
  type ElementArrays,
  type ElementType,
  type Runtime,
  RuntimeError,
  type Session,
  type SessionOptions,
  type Tensor,
} from "./types.ts";

/** Errors come back as statuses; ONNX Runtime need not print them as well. */
const logLevelFatal = 4;
const optimizeAll = 99;
const arenaAllocator = 1;
const defaultMemory = 0;

/** ONNX Runtime through its C API: nothing is copied between runs, and a run can be cancelled. */
export class CApiRuntime implements Runtime {
  readonly name = "C API";
  readonly device = "cpu";
  readonly #api: OrtApi;
  readonly #environment: Pointer;
  readonly #memory: Pointer;
  readonly #sessions = new Set<CApiSession>();

  private constructor(api: OrtApi, environment: Pointer, memory: Pointer) {
    this.#api = api;
    this.#environment = environment;
    this.#memory = memory;
  }

  /** @throws RuntimeError when the library cannot be bound on this platform */
  static create(): CApiRuntime {
    const api = OrtApi.load(findLibrary());
    const environment = api.create("CreateEnv", logLevelFatal, "inference");
    return new CApiRuntime(api, environment, api.create("CreateCpuMemoryInfo", arenaAllocator, defaultMemory));
  }

  async createSession(modelPath: string, options: SessionOptions = {}): Promise<Session> {
    const settings = this.#api.create("CreateSessionOptions");
    try {
      this.#api.call("SetSessionGraphOptimizationLevel", settings, optimizeAll);
      if (options.threads !== undefined) this.#api.call("SetIntraOpNumThreads", settings, options.threads);
      const handle = await this.#api.createAsync("CreateSession", this.#environment, modelPath, settings);
      const session = new CApiSession(this.#api, handle, { memory: new HostMemory(this), onDispose: () => this.#sessions.delete(session) });
      this.#sessions.add(session);
      return session;
    } finally {
      this.#api.release("ReleaseSessionOptions", settings);
    }
  }

  createTensor<T extends ElementType>(type: T, dims: readonly number[], values?: ArrayLike<number> | ArrayLike<bigint>): Tensor<T> {
    const data = allocateElements(type, elementCount(dims));
    if (values) fillElements(data, values);
    return this.#wrap(type, dims, data);
  }

  createView<T extends ElementType>(tensor: Tensor<T>, dims: readonly number[], from: number): Tensor<T> {
    return this.#wrap(tensor.type, dims, viewElements(tensor, dims, from));
  }

  #wrap<T extends ElementType>(type: T, dims: readonly number[], data: ElementArrays[T]): Tensor<T> {
    const shape = BigInt64Array.from(dims, BigInt);
    const number = elementTypeNumbers[type];
    const handle = this.#api.create("CreateTensorWithDataAsOrtValue", this.#memory, data, data.byteLength, shape, dims.length, number);
    return new CApiTensor(this.#api, handle, { type, dims, data });
  }

  /** Disposes what it still owns: sessions first, which wait for their runs, then the environment. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session[Symbol.asyncDispose]()));
    this.#api.release("ReleaseMemoryInfo", this.#memory);
    this.#api.release("ReleaseEnv", this.#environment);
  }
}

class CApiTensor<T extends ElementType> implements Tensor<T> {
  readonly type: T;
  readonly dims: readonly number[];
  readonly data: ElementArrays[T];
  readonly #api: OrtApi;
  #handle: Pointer | undefined;

  constructor(api: OrtApi, handle: Pointer, content: { type: T; dims: readonly number[]; data: ElementArrays[T] }) {
    this.#api = api;
    this.#handle = handle;
    this.type = content.type;
    this.dims = content.dims;
    this.data = content.data;
  }

  get byteLength(): number {
    return this.data.byteLength;
  }

  get handle(): Pointer {
    if (this.#handle === undefined) throw new RuntimeError("the tensor was disposed");
    return this.#handle;
  }

  [Symbol.dispose](): void {
    if (this.#handle !== undefined) this.#api.release("ReleaseValue", this.#handle);
    this.#handle = undefined;
  }
}

class CApiSession implements Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly memory: DeviceMemory;
  readonly #api: OrtApi;
  readonly #onDispose: () => void;
  readonly #running = new Set<Promise<void>>();
  #handle: Pointer | undefined;

  constructor(api: OrtApi, handle: Pointer, { memory, onDispose }: { memory: DeviceMemory; onDispose: () => void }) {
    this.#api = api;
    this.#handle = handle;
    this.memory = memory;
    this.#onDispose = onDispose;
    this.inputNames = readNames(api, handle, ["SessionGetInputCount", "SessionGetInputName"]);
    this.outputNames = readNames(api, handle, ["SessionGetOutputCount", "SessionGetOutputName"]);
  }

  createBinding(): Binding {
    return new CApiBinding(this.#api, this.#api.create("CreateIoBinding", this.#live()), this);
  }

  /** One run, off the calling thread; an abort terminates it between two operators. */
  async run(binding: Pointer, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    const options = this.#api.create("CreateRunOptions");
    const terminate = () => this.#api.call("RunOptionsSetTerminate", options);
    signal?.addEventListener("abort", terminate, { once: true });
    const run = this.#api.callAsync("RunWithBinding", this.#live(), options, binding);
    this.#running.add(run);
    try {
      await run;
    } catch (fault) {
      signal?.throwIfAborted();
      throw fault;
    } finally {
      this.#running.delete(run);
      signal?.removeEventListener("abort", terminate);
      this.#api.release("ReleaseRunOptions", options);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await Promise.allSettled(this.#running);
    if (handle !== undefined) this.#api.release("ReleaseSession", handle);
    this.#onDispose();
  }

  #live(): Pointer {
    if (this.#handle === undefined) throw new RuntimeError("the session was disposed");
    return this.#handle;
  }
}

class CApiBinding implements Binding {
  readonly #api: OrtApi;
  readonly #session: CApiSession;
  /** What native code points to must not be collected while it is bound. */
  readonly #bound = new Map<string, CApiTensor<ElementType>>();
  #handle: Pointer | undefined;

  constructor(api: OrtApi, handle: Pointer, session: CApiSession) {
    this.#api = api;
    this.#handle = handle;
    this.#session = session;
  }

  bindInput(name: string, tensor: DeviceTensor): void {
    this.#bind("BindInput", name, tensor);
  }

  bindOutput(name: string, tensor: DeviceTensor): void {
    this.#bind("BindOutput", name, tensor);
  }

  run(signal?: AbortSignal): Promise<void> {
    return this.#session.run(this.#live(), signal);
  }

  [Symbol.dispose](): void {
    if (this.#handle !== undefined) this.#api.release("ReleaseIoBinding", this.#handle);
    this.#handle = undefined;
    this.#bound.clear();
  }

  #bind(how: "BindInput" | "BindOutput", name: string, tensor: DeviceTensor): void {
    if (!isCApiTensor(tensor)) throw new RuntimeError("the tensor belongs to another runtime");
    this.#api.call(how, this.#live(), name, tensor.handle);
    this.#bound.set(`${how} ${name}`, tensor);
  }

  #live(): Pointer {
    if (this.#handle === undefined) throw new RuntimeError("the binding was disposed");
    return this.#handle;
  }
}

function isCApiTensor(tensor: DeviceTensor): tensor is CApiTensor<ElementType> {
  return tensor instanceof CApiTensor;
}

function readNames(
  api: OrtApi,
  session: Pointer,
  [count, name]: readonly ["SessionGetInputCount", "SessionGetInputName"] | readonly ["SessionGetOutputCount", "SessionGetOutputName"],
): string[] {
  const allocator = api.create("GetAllocatorWithDefaultOptions");
  return Array.from({ length: api.count(count, session) }, (_, index) => {
    const text = api.create(name, session, index, allocator);
    const value = api.string(text);
    api.call("AllocatorFree", allocator, text);
    return value;
  });
}
