/** What the engine needs of ONNX Runtime, and nothing about Qwen. Two implementations: the C API and, as a fallback, run(). */

export type ElementType = "float32" | "int32" | "int64" | "uint8";

export interface ElementArrays {
  float32: Float32Array<ArrayBuffer>;
  int32: Int32Array<ArrayBuffer>;
  int64: BigInt64Array<ArrayBuffer>;
  uint8: Uint8Array<ArrayBuffer>;
}

/** Where sessions run. */
export const devices = ["cpu", "webgpu", "cuda"] as const;
export type Device = (typeof devices)[number];
/** What can be asked for; auto: the best that works. */
export const deviceChoices = ["auto", ...devices] as const;
export type DeviceChoice = (typeof deviceChoices)[number];
export const deviceNames: Readonly<Record<Device, string>> = { cpu: "CPU", webgpu: "WebGPU", cuda: "CUDA" };

/** Values with a shape, wherever they lie. The memory belongs to the tensor and is released with it. */
export interface DeviceTensor<T extends ElementType = ElementType> extends Disposable {
  readonly type: T;
  readonly dims: readonly number[];
  readonly byteLength: number;
}

/** Values in host memory. Bound to a session on another device, they are copied at each run. */
export interface Tensor<T extends ElementType = ElementType> extends DeviceTensor<T> {
  readonly data: ElementArrays[T];
}

/** The memory that a session computes in: what is kept there between its runs is never copied. Its tensors end with the session. */
export interface DeviceMemory {
  /** Values that are undefined until they are written. */
  createTensor<T extends ElementType>(type: T, dims: readonly number[]): Promise<DeviceTensor<T>>;
  /** A tensor with larger dimensions that holds the values of a given one at the same indices. The given one is disposed. */
  enlarge<T extends ElementType>(tensor: DeviceTensor<T>, dims: readonly number[]): Promise<DeviceTensor<T>>;
  /** Copies one row of a tensor (rows, …) into a tensor (1, …). */
  copyFromRow(source: DeviceTensor<"float32">, row: number, target: DeviceTensor<"float32">): Promise<void>;
  /** Copies a tensor (1, …) into one row of a tensor (rows, …). */
  copyToRow(source: DeviceTensor<"float32">, row: number, target: DeviceTensor<"float32">): Promise<void>;
}

/** A set of inputs and outputs of one session, bound once and run many times. */
export interface Binding extends Disposable {
  /**
   * Binds, or binds anew; the values are those at the time of a run. The caller keeps the tensor alive until the binding
   * is disposed or the name is bound anew.
   */
  bindInput(name: string, tensor: DeviceTensor): void;
  /** The tensor's shape must be the one that the graph computes; an output may be bound to the tensor of an input. */
  bindOutput(name: string, tensor: DeviceTensor): void;
  /**
   * Runs the graph off the calling thread.
   * @throws the signal's reason when aborted, also in the middle of the run; RuntimeError when ONNX Runtime refuses what is
   * bound or fails, DeviceError when it was not on the CPU
   */
  run(signal?: AbortSignal): Promise<void>;
}

export interface Session extends AsyncDisposable {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly memory: DeviceMemory;
  createBinding(): Binding;
}

export interface SessionOptions {
  /** Threads of one operator; undefined: one for each physical core. */
  threads?: number;
  /** Writes what each operator did, where and how long, to a file whose name begins so, when the session ends. */
  profilePrefix?: string;
}

export interface Runtime extends AsyncDisposable {
  readonly name: "C API" | "JavaScript API";
  readonly device: Device;
  /** Tokens of one sequence at most whose attention one run of a decoder computes rightly. */
  readonly longestQuery: number;
  /** Whether the device multiplies in half precision. */
  readonly halfPrecision: boolean;
  /** Loads a model file, whose external data are looked up beside it, or a model without such data from memory. */
  createSession(model: string | Uint8Array, options?: SessionOptions): Promise<Session>;
  /** A tensor of zeros, or over a copy of `values`. */
  createTensor<T extends ElementType>(type: T, dims: readonly number[], values?: ArrayLike<number> | ArrayLike<bigint>): Tensor<T>;
  /** A part of a tensor's memory, from a value on, as a tensor of its own; it must not be used after that one is disposed. */
  createView<T extends ElementType>(tensor: Tensor<T>, dims: readonly number[], from: number): Tensor<T>;
}

/** ONNX Runtime refused something; `status` is its error code where it gave one. */
export class RuntimeError extends Error {
  override readonly name: string = "RuntimeError";
  readonly status: number | undefined;

  constructor(message: string, status?: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** A device other than the CPU cannot hold a model or failed to run it: gone, out of memory, or without what it needs. */
export class DeviceError extends RuntimeError {
  override readonly name = "DeviceError";
  readonly device: Device;

  constructor(device: Device, options: ErrorOptions) {
    const { cause } = options;
    super(`${device}: ${cause instanceof Error ? cause.message : String(cause)}`, cause instanceof RuntimeError ? cause.status : undefined, options);
    this.device = device;
  }
}
