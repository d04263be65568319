import ort from "onnxruntime-node";
import { allocateElements, elementCount, fillElements, viewElements } from "./elements.ts";
import { HostMemory, inHostMemory } from "./hostMemory.ts";
import {
  type Binding,
  type DeviceTensor,
  type ElementArrays,
  type ElementType,
  type Runtime,
  RuntimeError,
  type Session,
  type SessionOptions,
  type Tensor,
} from "./types.ts";

/**
 * ONNX Runtime through onnxruntime-node's own API, where the C API cannot be bound: the same results, but it blocks
 * its thread, copies every output, the whole KV cache included, and a run that has begun cannot be cancelled.
 */
export class JavaScriptRuntime implements Runtime {
  readonly name = "JavaScript API";
  readonly device = "cpu";
  readonly longestQuery = Infinity;
  readonly halfPrecision = false;
  readonly #memory = new HostMemory(this);

  async createSession(model: string | Uint8Array, options: SessionOptions = {}): Promise<Session> {
    const settings: ort.InferenceSession.SessionOptions = {
      executionProviders: ["cpu"],
      logSeverityLevel: 4,
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    };
    const session = await (typeof model === "string" ? ort.InferenceSession.create(model, settings) : ort.InferenceSession.create(model, settings));
    return {
      inputNames: session.inputNames,
      outputNames: session.outputNames,
      memory: this.#memory,
      createBinding: () => new JavaScriptBinding(session),
      [Symbol.asyncDispose]: () => session.release(),
    };
  }

  createTensor<T extends ElementType>(type: T, dims: readonly number[], values?: ArrayLike<number> | ArrayLike<bigint>): Tensor<T> {
    const data = allocateElements(type, elementCount(dims));
    if (values) fillElements(data, values);
    return { type, dims, data, byteLength: data.byteLength, [Symbol.dispose]: () => undefined };
  }

  createView<T extends ElementType>(tensor: Tensor<T>, dims: readonly number[], from: number): Tensor<T> {
    const data = viewElements(tensor, dims, from);
    return { type: tensor.type, dims, data, byteLength: data.byteLength, [Symbol.dispose]: () => undefined };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

class JavaScriptBinding implements Binding {
  readonly #session: ort.InferenceSession;
  readonly #inputs = new Map<string, Tensor>();
  readonly #outputs = new Map<string, Tensor>();

  constructor(session: ort.InferenceSession) {
    this.#session = session;
  }

  bindInput(name: string, tensor: DeviceTensor): void {
    this.#inputs.set(name, inHostMemory(tensor));
  }

  bindOutput(name: string, tensor: DeviceTensor): void {
    this.#outputs.set(name, inHostMemory(tensor));
  }

  async run(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const feeds = Object.fromEntries([...this.#inputs].map(([name, tensor]) => [name, new ort.Tensor(tensor.type, tensor.data, tensor.dims)]));
    const results = await this.#session.run(feeds, [...this.#outputs.keys()]);
    for (const [name, tensor] of this.#outputs) {
      const values = results[name]?.data;
      if (!isNumeric(values)) throw new RuntimeError(`output ${name} is missing`);
      fillElements(tensor.data, values);
      results[name]?.dispose();
    }
    signal?.throwIfAborted();
  }

  [Symbol.dispose](): void {
    this.#inputs.clear();
    this.#outputs.clear();
  }
}

function isNumeric(values: unknown): values is ElementArrays[ElementType] {
  return values instanceof Float32Array || values instanceof Int32Array || values instanceof BigInt64Array || values instanceof Uint8Array;
}
