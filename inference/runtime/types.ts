/** What the engine needs of ONNX Runtime, and nothing about Qwen. Two implementations: the C API and, as a fallback, run(). */

export type ElementType = "float32" | "int32" | "int64" | "uint8";

export interface ElementArrays {
  float32: Float32Array<ArrayBuffer>;
  int32: Int32Array<ArrayBuffer>;
  int64: BigInt64Array<ArrayBuffer>;
  uint8: Uint8Array<ArrayBuffer>;
}

/** Values in host memory with a shape. The memory belongs to the tensor and is released with it. */
export interface Tensor<T extends ElementType = ElementType> extends Disposable {
  readonly type: T;
  readonly dims: readonly number[];
  readonly data: ElementArrays[T];
}

/** A set of inputs and outputs of one session, bound once and run many times. */
export interface Binding extends Disposable {
  /** Binds, or binds anew. The caller keeps the tensor alive until the binding is disposed or the name is bound anew. */
  bindInput(name: string, tensor: Tensor): void;
  /** The tensor's shape must be the one that the graph computes; an output may be bound to the tensor of an input. */
  bindOutput(name: string, tensor: Tensor): void;
  /**
   * Runs the graph off the calling thread.
   * @throws the signal's reason when aborted, also in the middle of the run; RuntimeError when ONNX Runtime fails
   */
  run(signal?: AbortSignal): Promise<void>;
}

export interface Session extends AsyncDisposable {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  createBinding(): Binding;
}

export interface SessionOptions {
  /** Threads of one operator; undefined: one for each physical core. */
  threads?: number;
}

export interface Runtime extends AsyncDisposable {
  readonly name: "C API" | "JavaScript API";
  /** Loads a model file; its external data are looked up beside it. */
  createSession(modelPath: string, options?: SessionOptions): Promise<Session>;
  /** A tensor of zeros, or over a copy of `values`. */
  createTensor<T extends ElementType>(type: T, dims: readonly number[], values?: ArrayLike<number> | ArrayLike<bigint>): Tensor<T>;
  /** A part of a tensor's memory, from a value on, as a tensor of its own; it must not be used after that one is disposed. */
  createView<T extends ElementType>(tensor: Tensor<T>, dims: readonly number[], from: number): Tensor<T>;
}

/** ONNX Runtime refused something; `status` is its error code where it gave one. */
export class RuntimeError extends Error {
  override readonly name = "RuntimeError";
  readonly status: number | undefined;

  constructor(message: string, status?: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
