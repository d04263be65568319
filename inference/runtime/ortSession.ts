import type { OrtApi, Pointer } from "./ortApi.ts";
import { asOrtValue, type OrtValue } from "./ortValue.ts";
import { type Binding, type DeviceMemory, type DeviceTensor, RuntimeError, type Session } from "./types.ts";

export interface SessionParts {
  memory: DeviceMemory & Partial<Disposable>;
  onDispose: () => void;
  /** What a failed run is reported as. */
  explain: (fault: unknown) => unknown;
}

export class OrtSession implements Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly memory: DeviceMemory;
  readonly #api: OrtApi;
  readonly #parts: SessionParts;
  readonly #running = new Set<Promise<void>>();
  #handle: Pointer | undefined;

  constructor(api: OrtApi, handle: Pointer, parts: SessionParts) {
    this.#api = api;
    this.#handle = handle;
    this.#parts = parts;
    this.memory = parts.memory;
    this.inputNames = readNames(api, handle, ["SessionGetInputCount", "SessionGetInputName"]);
    this.outputNames = readNames(api, handle, ["SessionGetOutputCount", "SessionGetOutputName"]);
  }

  createBinding(): Binding {
    return new OrtBinding(this.#api, this.#api.create("CreateIoBinding", this.#live()), this);
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
      throw this.#parts.explain(fault);
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
    if (handle === undefined) return;
    this.#parts.memory[Symbol.dispose]?.();
    this.#api.release("ReleaseSession", handle);
    this.#parts.onDispose();
  }

  #live(): Pointer {
    if (this.#handle === undefined) throw new RuntimeError("the session was disposed");
    return this.#handle;
  }
}

class OrtBinding implements Binding {
  readonly #api: OrtApi;
  readonly #session: OrtSession;
  /** What native code points to must not be collected while it is bound. */
  readonly #bound = new Map<string, OrtValue>();
  #handle: Pointer | undefined;

  constructor(api: OrtApi, handle: Pointer, session: OrtSession) {
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
    const value = asOrtValue(tensor);
    this.#api.call(how, this.#live(), name, value.handle);
    this.#bound.set(`${how} ${name}`, value);
  }

  #live(): Pointer {
    if (this.#handle === undefined) throw new RuntimeError("the binding was disposed");
    return this.#handle;
  }
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
