import { createCpuRuntime } from "./chooseDevice.ts";
import type { Runtime, RuntimeError } from "./types.ts";

export { chooseDevice, type ChosenDevice } from "./chooseDevice.ts";
export type { Binding, Device, DeviceChoice, DeviceMemory, DeviceTensor, ElementType, Runtime, Session, Tensor } from "./types.ts";
export { deviceChoices, DeviceError, deviceNames, RuntimeError } from "./types.ts";

/** On the CPU: the C API, or onnxruntime-node's own where that cannot be bound; `onFallback` is told why. */
export function createRuntime(onFallback: (reason: RuntimeError) => void): Runtime {
  const { runtime, fault } = createCpuRuntime();
  if (fault) onFallback(fault);
  return runtime;
}
