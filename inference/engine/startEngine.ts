import type { Checkpoint } from "../checkpoint/types.ts";
import { resolveDtype } from "../model/chooseDtype.ts";
import { isFloat, matrixFormats } from "../model/dtypes.ts";
import { chooseDevice, createRuntime, type DeviceChoice, DeviceError, deviceNames } from "../runtime/index.ts";
import { Engine, type EngineOptions } from "./engine.ts";

export interface StartOptions extends Omit<EngineOptions, "runtime"> {
  device: DeviceChoice;
  /** Opens the checkpoint once more, after a failure on a GPU. */
  reopen: () => Promise<Checkpoint>;
  /** Told in a sentence where the model runs and why. */
  onDevice: (sentence: string) => void;
}

/**
 * Starts an engine on the device that was asked for, or the best that works. When the model does not fit or the device
 * fails while it is loaded, the CPU takes its place. The engine owns the checkpoint.
 */
export async function startEngine(checkpoint: Checkpoint, { device, onDevice, reopen, ...options }: StartOptions): Promise<Engine> {
  const dtype = resolveDtype(options.dtype, checkpoint.tensors);
  // Products of floating-point matrices are not computed on WebGPU: every one would cross to the CPU and back.
  const gains = !isFloat(matrixFormats[dtype].decoder);
  const { runtime, reason } = await chooseDevice(device === "auto" && !gains ? "cpu" : device);
  const why = device === "auto" && !gains ? `a GPU would not make ${dtype} weights faster` : reason;
  onDevice(`The model runs on ${deviceNames[runtime.device]} (${why}).`);
  try {
    return await Engine.start(checkpoint, { ...options, runtime });
  } catch (fault) {
    if (!(fault instanceof DeviceError)) throw fault;
    onDevice(`The model cannot be loaded on ${deviceNames[fault.device]}, so it runs on the CPU. ${fault.message}`);
    return Engine.start(await reopen(), { ...options, runtime: createRuntime(options.onFallback ?? (() => undefined)) });
  }
}
