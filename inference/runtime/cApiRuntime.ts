import { allocateElements, elementCount, fillElements, viewElements } from "./elements.ts";
import { type DeviceLock, noLock, QueueLock } from "./deviceLock.ts";
import { HostMemory } from "./hostMemory.ts";
import { findLibrary } from "./library.ts";
import { OrtApi, type Pointer } from "./ortApi.ts";
import { OrtDeviceMemory } from "./ortDeviceMemory.ts";
import { OrtSession } from "./ortSession.ts";
import { HostValue } from "./ortValue.ts";
import { type Device, DeviceError, type ElementType, type Runtime, type Session, type SessionOptions, type Tensor } from "./types.ts";

/** Errors come back as statuses; ONNX Runtime need not print them as well. */
const logLevelFatal = 4;
const optimizeAll = 99;
const arenaAllocator = 1;
const defaultMemory = 0;

/** WebGPU's attention kernel for longer queries is fused. */
const longestUnfusedQuery = 31;

export interface CApiOptions {
  device?: Device;
  /** False where a device's fused attention is wrong: long queries are then cut in the decoder, and run on the CPU elsewhere. */
  fusedAttention?: boolean;
  /** True where a device was seen to multiply in half precision. */
  halfPrecision?: boolean;
  /** The shared library, if not the one of the package onnxruntime-node. */
  library?: string;
}

/** ONNX Runtime through its C API: nothing is copied between runs, and a run can be cancelled. */
export class CApiRuntime implements Runtime {
  readonly name = "C API";
  readonly device: Device;
  readonly longestQuery: number;
  readonly halfPrecision: boolean;
  readonly #api: OrtApi;
  readonly #environment: Pointer;
  readonly #memory: Pointer;
  readonly #lock: DeviceLock;
  readonly #sessions = new Set<OrtSession>();

  private constructor(api: OrtApi, { device, fusedAttention, halfPrecision }: Required<Omit<CApiOptions, "library">>) {
    this.device = device;
    this.halfPrecision = halfPrecision;
    this.longestQuery = fusedAttention ? Infinity : longestUnfusedQuery;
    this.#lock = device === "cpu" ? noLock : new QueueLock();
    this.#api = api;
    this.#environment = api.create("CreateEnv", logLevelFatal, "inference");
    this.#memory = api.create("CreateCpuMemoryInfo", arenaAllocator, defaultMemory);
  }

  /** @throws RuntimeError when the library cannot be bound on this platform */
  static create({ device = "cpu", fusedAttention = true, halfPrecision = false, library = findLibrary() }: CApiOptions = {}): CApiRuntime {
    return new CApiRuntime(OrtApi.load(library), { device, fusedAttention, halfPrecision });
  }

  /** Loads a model file, or a model without external data from memory. @throws DeviceError when the device cannot hold or run it */
  async createSession(model: string | Uint8Array, options: SessionOptions = {}): Promise<Session> {
    const api = this.#api;
    const settings = api.create("CreateSessionOptions");
    try {
      api.call("SetSessionGraphOptimizationLevel", settings, optimizeAll);
      if (options.threads !== undefined) api.call("SetIntraOpNumThreads", settings, options.threads);
      if (options.profilePrefix !== undefined) api.call("EnableProfiling", settings, options.profilePrefix);
      const onCpu = this.#operatorsOnCpu();
      if (onCpu.length > 0) api.call("AddSessionConfigEntry", settings, "session.name_based_layer_assignment", `cpu(${onCpu.join(",")})`);
      const handle = await this.#lock.run(() => {
        this.#appendDevice(settings);
        return typeof model === "string"
          ? api.createAsync("CreateSession", this.#environment, model, settings)
          : api.createAsync("CreateSessionFromArray", this.#environment, model, model.byteLength, settings);
      });
      return this.#wrapSession(handle);
    } catch (fault) {
      throw this.#explain(fault);
    } finally {
      api.release("ReleaseSessionOptions", settings);
    }
  }

  createTensor<T extends ElementType>(type: T, dims: readonly number[], values?: ArrayLike<number> | ArrayLike<bigint>): Tensor<T> {
    const data = allocateElements(type, elementCount(dims));
    if (values) fillElements(data, values);
    return new HostValue(this.#api, this.#memory, { type, dims, data });
  }

  createView<T extends ElementType>(tensor: Tensor<T>, dims: readonly number[], from: number): Tensor<T> {
    return new HostValue(this.#api, this.#memory, { type: tensor.type, dims, data: viewElements(tensor, dims, from) });
  }

  /** Disposes what it still owns: sessions first, which wait for their runs, then the environment. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session[Symbol.asyncDispose]()));
    this.#api.release("ReleaseMemoryInfo", this.#memory);
    this.#api.release("ReleaseEnv", this.#environment);
  }

  /** Those of the device's operators that compute something else than the CPU's; nodes are named after their operators. */
  #operatorsOnCpu(): string[] {
    if (this.device !== "webgpu") return [];
    return ["QMoE", ...(this.longestQuery < Infinity ? ["MultiHeadAttention"] : [])];
  }

  #appendDevice(settings: Pointer): void {
    switch (this.device) {
      case "cpu":
        return;
      case "webgpu":
        this.#api.call("SessionOptionsAppendExecutionProvider", settings, "WebGPU", [], [], 0);
        return;
      case "cuda": {
        const options = this.#api.create("CreateCUDAProviderOptions");
        try {
          this.#api.call("SessionOptionsAppendExecutionProvider_CUDA_V2", settings, options);
        } finally {
          this.#api.release("ReleaseCUDAProviderOptions", options);
        }
      }
    }
  }

  #wrapSession(handle: Pointer): OrtSession {
    const memory =
      this.device === "cpu"
        ? new HostMemory(this)
        : new OrtDeviceMemory({
            kind: this.device,
            api: this.#api,
            session: handle,
            lock: this.#lock,
            explain: (fault) => this.#explain(fault),
            startSession: (model) => this.createSession(model),
            createTensor: (type, dims, values) => this.createTensor(type, dims, values),
          });
    const session: OrtSession = new OrtSession(this.#api, handle, {
      memory,
      lock: this.#lock,
      onDispose: () => this.#sessions.delete(session),
      explain: (fault) => this.#explain(fault),
    });
    this.#sessions.add(session);
    return session;
  }

  #explain(fault: unknown): unknown {
    return this.device === "cpu" ? fault : new DeviceError(this.device, { cause: fault });
  }
}
