import type { DeviceLock } from "./deviceLock.ts";
import { HostMemory } from "./hostMemory.ts";
import type { OrtApi, Pointer } from "./ortApi.ts";
import { asOrtValue, HostValue, type OrtValue } from "./ortValue.ts";
import { type Binding, type DeviceMemory, type DeviceTensor, RuntimeError, type Session } from "./types.ts";

export interface SessionParts {
  memory: DeviceMemory & Partial<Disposable>;
  lock: DeviceLock;
  onDispose: () => void;
  /** What a failed run is reported as. */
  explain: (fault: unknown) => unknown;
}

export class OrtSession implements Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly memory: DeviceMemory;
  /** Whether values in host memory are copied to the device when they are bound. */
  readonly copiesInputs: boolean;
  readonly #api: OrtApi;
  readonly #parts: SessionParts;
  readonly #running = new Set<Promise<void>>();
  readonly #bindings = new Set<OrtBinding>();
  #handle: Pointer | undefined;

  constructor(api: OrtApi, handle: Pointer, parts: SessionParts) {
    this.#api = api;
    this.#handle = handle;
    this.#parts = parts;
    this.memory = parts.memory;
    this.copiesInputs = !(parts.memory instanceof HostMemory);
    this.inputNames = readNames(api, handle, ["SessionGetInputCount", "SessionGetInputName"]);
    this.outputNames = readNames(api, handle, ["SessionGetOutputCount", "SessionGetOutputName"]);
  }

  createBinding(): Binding {
    const binding = new OrtBinding(this.#api, this.#api.create("CreateIoBinding", this.#live()), { session: this, lock: this.#parts.lock });
    this.#bindings.add(binding);
    return binding;
  }

  /** Of a binding that was released. */
  forget(binding: OrtBinding): void {
    this.#bindings.delete(binding);
  }

  /** One run, off the calling thread; an abort terminates it between two operators. `prepare` is called just before it. */
  run(binding: Pointer, prepare: () => void, signal: AbortSignal | undefined): Promise<void> {
    return this.#parts.lock.run(() => this.#run(binding, prepare, signal));
  }

  async #run(binding: Pointer, prepare: () => void, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    prepare();
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
    await this.#parts.lock.run(() => {
      // What a binding holds on a device must not outlive the session.
      for (const binding of this.#bindings) binding.release();
      this.#parts.memory[Symbol.dispose]?.();
      this.#api.release("ReleaseSession", handle);
    });
    this.#parts.onDispose();
  }

  #live(): Pointer {
    if (this.#handle === undefined) throw new RuntimeError("the session was disposed");
    return this.#handle;
  }
}

type Direction = "BindInput" | "BindOutput";

/** Binding a host tensor to a session on another device copies it there, so it is done when a run begins, under its lock. */
class OrtBinding implements Binding {
  readonly #api: OrtApi;
  readonly #session: OrtSession;
  readonly #lock: DeviceLock;
  /** What native code points to must not be collected while it is bound. */
  readonly #bound = new Map<string, { how: Direction; name: string; value: OrtValue; done: boolean }>();
  #handle: Pointer | undefined;

  constructor(api: OrtApi, handle: Pointer, { session, lock }: { session: OrtSession; lock: DeviceLock }) {
    this.#api = api;
    this.#handle = handle;
    this.#session = session;
    this.#lock = lock;
  }

  bindInput(name: string, tensor: DeviceTensor): void {
    this.#bind("BindInput", name, tensor);
  }

  bindOutput(name: string, tensor: DeviceTensor): void {
    this.#bind("BindOutput", name, tensor);
  }

  async run(signal?: AbortSignal): Promise<void> {
    const handle = this.#live();
    return this.#session.run(handle, () => this.#flush(handle), signal);
  }

  [Symbol.dispose](): void {
    void this.#lock.run(() => this.release());
  }

  /** To be called by who holds the lock. */
  release(): void {
    if (this.#handle !== undefined) this.#api.release("ReleaseIoBinding", this.#handle);
    this.#handle = undefined;
    this.#bound.clear();
    this.#session.forget(this);
  }

  #bind(how: Direction, name: string, tensor: DeviceTensor): void {
    this.#live();
    const value = asOrtValue(tensor);
    value.requireLive();
    if (this.#bound.get(`${how} ${name}`)?.value !== value) this.#bound.set(`${how} ${name}`, { how, name, value, done: false });
  }

  #flush(handle: Pointer): void {
    for (const entry of this.#bound.values()) {
      if (entry.done) continue;
      this.#api.call(entry.how, handle, entry.name, entry.value.handle);
      entry.done = !(this.#session.copiesInputs && entry.how === "BindInput" && entry.value instanceof HostValue);
    }
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
