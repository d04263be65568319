import koffi from "koffi";
import { loadLibrary } from "./nativeLibrary.ts";
import { RuntimeError } from "./types.ts";

/** An address in native memory; only this folder knows of them. */
export type Pointer = bigint;

/**
 * The functions used of OrtApi: their place in the table of function pointers (append-only, `struct OrtApi` in
 * onnxruntime_c_api.h), what they return and what they take. A function with an `out` last hands its result there.
 */
const table = {
  GetErrorCode: [1, "int", ["void*"]],
  GetErrorMessage: [2, "const char*", ["void*"]],
  CreateEnv: [3, "void*", ["int", "const char*", "out"]],
  CreateSession: [7, "void*", ["void*", "path", "void*", "out"]],
  CreateSessionFromArray: [8, "void*", ["void*", "void*", "size_t", "void*", "out"]],
  CreateSessionOptions: [10, "void*", ["out"]],
  EnableProfiling: [14, "void*", ["void*", "path"]],
  SetSessionGraphOptimizationLevel: [23, "void*", ["void*", "int"]],
  SetIntraOpNumThreads: [24, "void*", ["void*", "int"]],
  SessionGetInputCount: [30, "void*", ["void*", "outSize"]],
  SessionGetOutputCount: [31, "void*", ["void*", "outSize"]],
  SessionGetInputName: [36, "void*", ["void*", "size_t", "void*", "out"]],
  SessionGetOutputName: [37, "void*", ["void*", "size_t", "void*", "out"]],
  CreateRunOptions: [39, "void*", ["out"]],
  RunOptionsSetTerminate: [46, "void*", ["void*"]],
  CreateTensorAsOrtValue: [48, "void*", ["void*", "int64_t*", "size_t", "int", "out"]],
  CreateTensorWithDataAsOrtValue: [49, "void*", ["void*", "void*", "size_t", "int64_t*", "size_t", "int", "out"]],
  CreateMemoryInfo: [68, "void*", ["const char*", "int", "int", "int", "out"]],
  CreateCpuMemoryInfo: [69, "void*", ["int", "int", "out"]],
  AllocatorFree: [76, "void*", ["void*", "void*"]],
  GetAllocatorWithDefaultOptions: [78, "void*", ["out"]],
  ReleaseEnv: [92, "void", ["void*"]],
  ReleaseStatus: [93, "void", ["void*"]],
  ReleaseMemoryInfo: [94, "void", ["void*"]],
  ReleaseSession: [95, "void", ["void*"]],
  ReleaseValue: [96, "void", ["void*"]],
  ReleaseRunOptions: [97, "void", ["void*"]],
  ReleaseSessionOptions: [100, "void", ["void*"]],
  CreateAllocator: [131, "void*", ["void*", "void*", "out"]],
  ReleaseAllocator: [132, "void", ["void*"]],
  AddSessionConfigEntry: [130, "void*", ["void*", "const char*", "const char*"]],
  RunWithBinding: [133, "void*", ["void*", "void*", "void*"]],
  CreateIoBinding: [134, "void*", ["void*", "out"]],
  ReleaseIoBinding: [135, "void", ["void*"]],
  BindInput: [136, "void*", ["void*", "const char*", "void*"]],
  BindOutput: [137, "void*", ["void*", "const char*", "void*"]],
  SessionOptionsAppendExecutionProvider_CUDA_V2: [204, "void*", ["void*", "void*"]],
  CreateCUDAProviderOptions: [205, "void*", ["out"]],
  ReleaseCUDAProviderOptions: [208, "void", ["void*"]],
  SessionOptionsAppendExecutionProvider: [216, "void*", ["void*", "const char*", "const char**", "const char**", "size_t"]],
} as const satisfies Record<string, readonly [number, string, readonly string[]]>;

type FunctionName = keyof typeof table;
type Argument = Pointer | number | string | readonly string[] | ArrayBufferView | [Pointer | null] | [number];
type NativeFunction = ((...args: Argument[]) => unknown) & { async: (...args: [...Argument[], (fault: unknown, result: unknown) => void]) => void };

const apiVersion = 22;

/** ONNX Runtime's C API as found in a shared library; every status is checked and released here. */
export class OrtApi {
  readonly #functions: ReadonlyMap<FunctionName, NativeFunction>;
  /** Held because koffi unloads a library that is collected, and functions found by their address do not keep it. */
  readonly library: ReturnType<typeof loadLibrary>;

  private constructor(library: ReturnType<typeof loadLibrary>, functions: ReadonlyMap<FunctionName, NativeFunction>) {
    this.library = library;
    this.#functions = functions;
  }

  /** @throws RuntimeError when the library or its API cannot be used */
  static load(libraryPath: string): OrtApi {
    try {
      const library = loadLibrary(libraryPath);
      const base = koffi.struct({ GetApi: "void*", GetVersionString: "void*" });
      const getBase = library.func("OrtGetApiBase", koffi.pointer(base), []) as unknown as () => unknown;
      const { GetApi: getApi } = koffi.decode(getBase(), base) as { GetApi: Pointer };
      const api = koffi.call(getApi, koffi.proto("void*", ["uint32_t"]), apiVersion) as Pointer | null;
      if (!api) throw new RuntimeError(`the library has no API of version ${apiVersion}`);
      return new OrtApi(library, new Map(Object.entries(table).map(([name, entry]) => [name as FunctionName, decodeFunction(api, entry)])));
    } catch (fault) {
      throw fault instanceof RuntimeError ? fault : new RuntimeError("ONNX Runtime's C API cannot be bound", undefined, { cause: fault });
    }
  }

  /** Calls a function that returns a status. @throws RuntimeError with ONNX Runtime's code and message */
  call(name: FunctionName, ...args: Argument[]): void {
    this.#check(name, this.#function(name)(...args));
  }

  /** Calls a function that returns a status and hands a pointer to its last parameter. */
  create(name: FunctionName, ...args: Argument[]): Pointer {
    const out: [Pointer | null] = [null];
    this.call(name, ...args, out);
    if (out[0] === null) throw new RuntimeError(`${name} returned nothing`);
    return out[0];
  }

  /** `create` on a thread of the pool. */
  async createAsync(name: FunctionName, ...args: Argument[]): Promise<Pointer> {
    const out: [Pointer | null] = [null];
    await this.callAsync(name, ...args, out);
    if (out[0] === null) throw new RuntimeError(`${name} returned nothing`);
    return out[0];
  }

  /** `call` on a thread of the pool; the arguments must stay alive until it is over. */
  async callAsync(name: FunctionName, ...args: Argument[]): Promise<void> {
    const status = await new Promise<unknown>((resolve, reject) => {
      this.#function(name).async(...args, (fault, result) => {
        if (fault) reject(new RuntimeError(`${name} could not be called`, undefined, { cause: fault }));
        else resolve(result);
      });
    });
    this.#check(name, status);
  }

  count(name: "SessionGetInputCount" | "SessionGetOutputCount", session: Pointer): number {
    const out: [number] = [0];
    this.call(name, session, out);
    return out[0];
  }

  /** Calls a function that cannot fail. */
  release(name: `Release${string}` & FunctionName, handle: Pointer): void {
    this.#function(name)(handle);
  }

  string(pointer: Pointer): string {
    return koffi.decode.string(pointer);
  }

  #function(name: FunctionName): NativeFunction {
    const found = this.#functions.get(name);
    if (!found) throw new RuntimeError(`${name} is not bound`);
    return found;
  }

  #check(name: FunctionName, status: unknown): void {
    if (status === null || status === undefined) return;
    const pointer = status as Pointer;
    const code = this.#function("GetErrorCode")(pointer) as number;
    const message = this.#function("GetErrorMessage")(pointer) as string;
    this.#function("ReleaseStatus")(pointer);
    throw new RuntimeError(`${name}: ${message}`, code);
  }
}

function decodeFunction(api: Pointer, [place, result, parameters]: readonly [number, string, readonly string[]]): NativeFunction {
  const address = koffi.decode(api, place * koffi.sizeof("void*"), "void*") as Pointer;
  const types = parameters.map((parameter) => {
    if (parameter === "out") return koffi.out(koffi.pointer("void*"));
    if (parameter === "outSize") return koffi.out(koffi.pointer("size_t"));
    if (parameter === "path") return process.platform === "win32" ? "str16" : "const char*"; // ORTCHAR_T
    return parameter;
  });
  return koffi.decode(address, koffi.proto(result, types)) as NativeFunction;
}
