import type { Checkpoint } from "../checkpoint/types.ts";
import { readEnvironment } from "../environment.ts";
import { EngineError } from "../errors.ts";
import { resolveDtype } from "../model/chooseDtype.ts";
import { chooseDevice, type ChosenDevice, createRuntime, type DeviceChoice, DeviceError, deviceNames } from "../runtime/index.ts";
import { defaultPrefillChunk, defaultSlots, Engine, type EngineOptions } from "./engine.ts";
import { deviceWishes, planMemory } from "./memoryPlan.ts";

export interface StartOptions extends Omit<EngineOptions, "runtime"> {
  device: DeviceChoice;
  /** Opens the checkpoint once more, after a failure on a GPU. */
  reopen: () => Promise<Checkpoint>;
  /** Told in a sentence where the model runs and why. */
  onDevice: (sentence: string) => void;
  /** How a device is found; the best that works without it. */
  choose?: (choice: DeviceChoice, library?: string) => Promise<ChosenDevice>;
}

/** The rest of a GPU's memory is for what else it shows and computes. */
const shareOfGpuMemory = 0.9;

/**
 * Starts an engine on the device that was asked for, or the best that works. When the model is too large for a GPU that
 * nobody asked for, or a GPU fails while it is loaded or at its first token, the CPU takes its place. The engine owns the
 * checkpoint.
 * @throws EngineError as Engine.load; memory_exceeded with the device when the GPU that was asked for is too small
 */
export async function startEngine(checkpoint: Checkpoint, { device, onDevice, reopen, choose = chooseDevice, ...options }: StartOptions): Promise<Engine> {
  const onCpu = (opened: Checkpoint) => Engine.start(opened, { ...options, runtime: createRuntime(options.onFallback ?? (() => undefined)) });
  const chosen = await choose(device, (options.environment ?? readEnvironment()).onnxRuntimeLibrary);
  const name = deviceNames[chosen.runtime.device];
  const onGpu = withGpuMemory(options, chosen);
  const obstacle = onGpu && obstacleTo(checkpoint, chosen, onGpu);
  if (obstacle && device === "auto") {
    await chosen.runtime[Symbol.asyncDispose]();
    onDevice(`The model runs on CPU (${name}: ${obstacle.reason}).`);
    return onCpu(checkpoint);
  }
  if (obstacle?.fault) {
    await chosen.runtime[Symbol.asyncDispose]();
    checkpoint[Symbol.dispose]();
    throw obstacle.fault;
  }
  onDevice(`The model runs on ${name} (${chosen.reason}).`);
  if (!onGpu) return Engine.start(checkpoint, { ...options, runtime: chosen.runtime });
  try {
    return await tried(await Engine.start(checkpoint, { ...onGpu, runtime: chosen.runtime }));
  } catch (fault) {
    if (!(fault instanceof DeviceError)) throw fault;
    onDevice(`The model cannot be used on ${deviceNames[fault.device]}, so it runs on the CPU. ${fault.message}`);
    return onCpu(await reopen());
  }
}

/** The options on a GPU, whose memory is what counts where it is known; undefined on the CPU. */
function withGpuMemory(options: EngineOptions, { runtime, memory }: ChosenDevice): EngineOptions | undefined {
  if (runtime.device === "cpu") return undefined;
  return memory === undefined ? options : { ...options, memory: Math.floor(memory * shareOfGpuMemory) };
}

/** Why a model should not run on a GPU; with a fault when it cannot. */
function obstacleTo(checkpoint: Checkpoint, { runtime }: ChosenDevice, options: EngineOptions): { reason: string; fault?: EngineError } | undefined {
  const slots = options.slots ?? defaultSlots;
  if (options.memory !== undefined) {
    try {
      planMemory(checkpoint.config, {
        dtype: resolveDtype(options.dtype, checkpoint.tensors),
        slots,
        maxContext: options.maxContext,
        prefillChunk: options.prefillChunk ?? defaultPrefillChunk,
        available: options.memory,
        ...deviceWishes(runtime, slots),
      });
    } catch (cause) {
      if (!(cause instanceof EngineError)) throw cause;
      const { needed = 0, available = 0 } = cause.params;
      const fault = new EngineError(cause.code, { ...cause.params, device: deviceNames[runtime.device] }, { cause });
      return { reason: `the model needs ${needed} MiB, and ${available} MiB of its memory can be used`, fault };
    }
  }
  if (runtime.device === "webgpu" && checkpoint.config.text.moe) return { reason: "a mixture's experts would be computed on the CPU all the same" };
  return undefined;
}

/** An engine that has written a token: some of what a GPU lacks shows when it first computes. */
async function tried(engine: Engine): Promise<Engine> {
  try {
    const events = engine.generate({ messages: [{ role: "user", content: "." }], options: { max_new_tokens: 1 } });
    while (!(await events.next()).done);
    return engine;
  } catch (fault) {
    await engine[Symbol.asyncDispose]();
    throw fault;
  }
}
