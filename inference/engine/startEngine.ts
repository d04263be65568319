import type { Checkpoint } from "../checkpoint/types.ts";
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
  const { runtime, reason } = await chooseDevice(device);
  onDevice(`The model runs on ${deviceNames[runtime.device]} (${reason}).`);
  try {
    return await Engine.start(checkpoint, { ...options, runtime });
  } catch (fault) {
    if (!(fault instanceof DeviceError)) throw fault;
    onDevice(`The model cannot be loaded on ${deviceNames[fault.device]}, so it runs on the CPU. ${fault.message}`);
    return Engine.start(await reopen(), { ...options, runtime: createRuntime(options.onFallback ?? (() => undefined)) });
  }
}
