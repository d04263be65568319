import { CApiRuntime } from "./cApiRuntime.ts";
import { JavaScriptRuntime } from "./javaScriptRuntime.ts";
import { type Runtime, RuntimeError } from "./types.ts";

export type { Binding, Device, DeviceMemory, DeviceTensor, ElementType, Runtime, Session, Tensor } from "./types.ts";
export { RuntimeError } from "./types.ts";

/** The C API, or onnxruntime-node's own where that cannot be bound; `onFallback` is told why. */
export function createRuntime(onFallback: (reason: RuntimeError) => void): Runtime {
  try {
    return CApiRuntime.create();
  } catch (fault) {
    if (!(fault instanceof RuntimeError)) throw fault;
    onFallback(fault);
    return new JavaScriptRuntime();
  }
}
