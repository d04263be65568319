import { existsSync } from "node:fs";
import path from "node:path";
import { type CApiOptions, CApiRuntime } from "./cApiRuntime.ts";
import { JavaScriptRuntime } from "./javaScriptRuntime.ts";
import { findLibrary } from "./library.ts";
import { attentionIsRight, multipliesHalves } from "./probe.ts";
import { type Device, type DeviceChoice, deviceNames, type Runtime, RuntimeError } from "./types.ts";
import { vulkanAdapters } from "./vulkan.ts";

export interface ChosenDevice {
  runtime: Runtime;
  /** Why this device and no other, for people. */
  reason: string;
  /** Bytes of a GPU's memory, where they can be known. */
  memory?: number;
}

/**
 * The device that was asked for or, for "auto", the best that works: CUDA, WebGPU on a real GPU, the CPU. Each GPU has to
 * run a small model first. What does not work gives way to the CPU, and the reason says why.
 * @param library ONNX Runtime's shared library, if not the one of the package onnxruntime-node
 */
export async function chooseDevice(choice: DeviceChoice, library = bundledLibrary()): Promise<ChosenDevice> {
  const refused: string[] = [];
  for (const device of choice === "auto" ? (["cuda", "webgpu"] as const) : [choice]) {
    if (device === "cpu") continue;
    const obstacle = choice === "auto" || device === "cuda" ? missing(device, library) : undefined;
    const remedy = obstacle !== undefined && choice === "cuda" ? `; ${cudaRemedy}` : "";
    const found = obstacle ?? (await open(device, library));
    if (typeof found !== "string") return { runtime: found, reason: choice === "auto" ? "it is the fastest that works" : "as asked", ...gpuMemory() };
    refused.push(`${deviceNames[device]}: ${found}${remedy}`);
  }
  const asked = choice === "cpu" ? "as asked" : refused.join("; ");
  const { runtime, fault } = createCpuRuntime(library);
  return { runtime, reason: fault ? `${asked}; ONNX Runtime's C API cannot be used (${fault.message}), so the slower JavaScript API is` : asked };
}

/** The C API, or onnxruntime-node's own with the reason why that cannot be bound. */
export function createCpuRuntime(library = bundledLibrary()): { runtime: Runtime; fault?: RuntimeError } {
  try {
    return { runtime: CApiRuntime.create(library === undefined ? {} : { library }) };
  } catch (fault) {
    if (!(fault instanceof RuntimeError)) throw fault;
    return { runtime: new JavaScriptRuntime(), fault };
  }
}

/** What a device lacks, found without starting it. */
function missing(device: Exclude<Device, "cpu">, library: string | undefined): string | undefined {
  if (device === "cuda") return missingForCuda(library);
  if (process.platform !== "linux") return undefined;
  const adapters = vulkanAdapters();
  if (adapters.length === 0) return "no GPU with a Vulkan driver";
  if (adapters.some(({ software }) => !software)) return undefined;
  return `only ${adapters.map(({ name }) => name).join(", ")}, which computes on the CPU`;
}

/** Of the GPU with the most, which is the one that WebGPU and CUDA take where there are several. */
function gpuMemory(): { memory?: number } {
  if (process.platform !== "linux") return {};
  const memory = Math.max(0, ...vulkanAdapters().map((adapter) => (adapter.software ? 0 : adapter.memory)));
  return memory === 0 ? {} : { memory };
}

const cudaRemedy = "npm install onnxruntime-node --onnxruntime-node-install=cuda12 brings it on Linux, and ONNXRUNTIME_LIBRARY takes another ONNX Runtime that has it";

/** The provider is a library of its own beside ONNX Runtime's. */
function missingForCuda(library: string | undefined): string | undefined {
  const name = process.platform === "win32" ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so";
  if (library !== undefined && existsSync(path.join(path.dirname(library), name))) return undefined;
  return "its provider is not installed";
}

function bundledLibrary(): string | undefined {
  try {
    return findLibrary();
  } catch (fault) {
    if (fault instanceof RuntimeError) return undefined;
    throw fault;
  }
}

/** A runtime that has proved to work, or the reason why there is none. */
async function open(device: Exclude<Device, "cpu">, library: string | undefined): Promise<Runtime | string> {
  try {
    const options = { device, ...(library === undefined ? {} : { library }) };
    return CApiRuntime.create({ ...options, ...(await probe(options)) });
  } catch (fault) {
    if (!(fault instanceof RuntimeError)) throw fault;
    return firstLine(fault.message);
  }
}

/** @throws RuntimeError when the device cannot be used */
async function probe(options: CApiOptions): Promise<{ fusedAttention: boolean; halfPrecision: boolean }> {
  await using runtime = CApiRuntime.create(options);
  return { fusedAttention: await attentionIsRight(runtime), halfPrecision: await multipliesHalves(runtime) };
}

/** ONNX Runtime says where in its sources something failed, and then what. */
function firstLine(message: string): string {
  return (message.split("\n").find((line) => line.trim() !== "") ?? message).replace(/^.* was false\. /, "").trim();
}
