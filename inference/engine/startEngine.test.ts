import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openCheckpoint } from "../checkpoint/open.ts";
import { readEnvironment } from "../environment.ts";
import { EngineError } from "../errors.ts";
import { referenceFolder } from "../reference/read.ts";
import { StandInGpu } from "../runtime/testing/standInGpu.ts";
import { startEngine, type StartOptions } from "./startEngine.ts";

let cacheFolder: string;
let sentences: string[];
beforeEach(async () => {
  cacheFolder = await mkdtemp(path.join(tmpdir(), "start-"));
  sentences = [];
});
afterEach(() => rm(cacheFolder, { recursive: true, force: true }));

const { hub } = readEnvironment();
async function start(checkpoint: "dense" | "moe", options: Pick<StartOptions, "device" | "choose">) {
  const open = () => openCheckpoint(path.join(referenceFolder, checkpoint), { hub });
  const environment = { ...readEnvironment(), cacheFolder };
  return startEngine(await open(), { ...options, reopen: open, onDevice: (sentence) => sentences.push(sentence), environment, slots: 1 });
}

const gpu = (options: { lost?: boolean; memory?: number } = {}) => {
  const { memory, ...how } = options;
  return () => Promise.resolve({ runtime: new StandInGpu(how), reason: "as asked", ...(memory === undefined ? {} : { memory }) });
};

it("takes the CPU where a GPU that was asked for cannot be used, and says why", async () => {
  // The provider for CUDA is no part of the package.
  await using engine = await start("dense", { device: "cuda" });
  expect(engine.info.device).toBe("CPU");
  expect(sentences).toEqual([expect.stringMatching(/^The model runs on CPU \(CUDA: its provider is not installed; .+cuda12.+\)\.$/)]);
});

it("takes the CPU when a GPU is lost at its first token", async () => {
  await using engine = await start("dense", { device: "webgpu", choose: gpu({ lost: true }) });
  expect(engine.info.device).toBe("CPU");
  expect(sentences).toEqual(["The model runs on WebGPU (as asked).", "The model cannot be used on WebGPU, so it runs on the CPU. webgpu: the device was lost"]);
});

it("plans with the memory of the GPU: a shorter context, else the CPU, else a refusal with the figures", async () => {
  const mebibyte = 2 ** 20;
  const refusal: unknown = await start("dense", { device: "webgpu", choose: gpu({ memory: 100 * mebibyte }) }).catch((fault: unknown) => fault);
  expect(refusal).toMatchObject({ code: "memory_exceeded", params: { device: "WebGPU", available: 90 } });
  const needed = refusal instanceof EngineError ? Number(refusal.params.needed) : NaN;
  await using engine = await start("dense", { device: "auto", choose: gpu({ memory: Math.ceil((needed * mebibyte) / 0.9) }) });
  expect(engine.info.device).toBe("WebGPU");
  expect(engine.info.contextLength).toBeLessThan(4096);
  sentences = [];
  await using onCpu = await start("dense", { device: "auto", choose: gpu({ memory: 100 * mebibyte }) });
  expect(onCpu.info.device).toBe("CPU");
  expect(onCpu.info.contextLength).toBe(4096);
  expect(sentences).toEqual([expect.stringMatching(/^The model runs on CPU \(WebGPU: the model needs \d+ MiB, and 90 MiB of its memory can be used\)\.$/)]);
});

it("leaves a mixture of experts to the CPU unless WebGPU is asked for", async () => {
  await using engine = await start("moe", { device: "auto", choose: gpu() });
  expect(engine.info.device).toBe("CPU");
  expect(sentences).toEqual([expect.stringMatching(/experts/)]);
});
