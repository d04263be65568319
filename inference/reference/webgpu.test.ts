import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { vulkanAdapters } from "../runtime/vulkan.ts";
import { readCase } from "./read.ts";
import { placedDtypes } from "./webgpuPlacement.ts";

/** WebGPU without a GPU: Chromium brings SwiftShader, a Vulkan driver that computes on the CPU. */

const names = ["text", "image", "video", "yarn-image", "moe-image"];
const reportSchema = z.object({
  answers: z.record(z.string(), z.array(z.number())),
  devices: z.array(z.string()),
  embedded: z.array(z.string()),
  auto: z.string(),
  reason: z.string(),
  /** By dtype and provider. */
  placements: z.record(z.string(), z.record(z.string(), z.array(z.string()))),
});
/** What is computed for the dimensions of a tensor, on the CPU, where they are needed. */
const shapeOperators = ["Concat"];
const products = { fp32: "Gemm", fp16: "Gemm", int8: "MatMulNBits", int4: "MatMulNBits" } as const satisfies Record<(typeof placedDtypes)[number], string>;

const folders = ["/usr/lib/chromium", "/usr/lib/chromium-browser", path.dirname(chromium.executablePath())];
const driver = folders.map((folder) => path.join(folder, "vk_swiftshader_icd.json")).find((file) => existsSync(file));
const loader = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"].some((folder) => existsSync(path.join(folder, "libvulkan.so.1")));
const missing = driver === undefined ? "SwiftShader, which comes with Chromium" : loader ? undefined : "libvulkan1";
if (missing !== undefined) console.warn(`WebGPU is not tested here: there is no ${missing}.`);

describe.runIf(missing === undefined)("on WebGPU over SwiftShader", () => {
  let report: z.infer<typeof reportSchema>;
  let cacheFolder: string;

  beforeAll(async () => {
    cacheFolder = await mkdtemp(path.join(tmpdir(), "webgpu-"));
    const child = fork(path.join(import.meta.dirname, "webgpuAnswers.ts"), [cacheFolder, ...names], {
      execArgv: ["--import", import.meta.resolve("tsx")],
      env: { ...process.env, VK_ICD_FILENAMES: driver, XDG_RUNTIME_DIR: tmpdir() },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const ended = once(child, "exit");
    let message: unknown;
    child.once("message", (sent) => (message = sent));
    expect(await ended, "it answers, and releases everything in order").toEqual([0, null]);
    report = reportSchema.parse(message);
  }, 300_000);

  afterAll(() => rm(cacheFolder, { recursive: true, force: true }));

  it("runs there when asked by name, and never by itself", () => {
    expect(report.devices).toEqual(["WebGPU"]);
    expect(report.auto).toBe("cpu");
    expect(report.reason).toMatch(/SwiftShader.*computes on the CPU/);
  });

  it.each(placedDtypes)("runs every operator of a dense model on the device, in %s", (dtype) => {
    const { WebGpuExecutionProvider: device, CPUExecutionProvider: cpu = [], ...others } = report.placements[dtype] ?? {};
    expect(others).toEqual({});
    expect(cpu.filter((operator) => !shapeOperators.includes(operator))).toEqual([]);
    expect(device).toEqual(expect.arrayContaining([products[dtype], "GroupQueryAttention", "MultiHeadAttention", "RotaryEmbedding", "SkipSimplifiedLayerNormalization"]));
  });

  it.each(names)("answers the reference case %s with the same tokens", (name) => {
    const reference = readCase(name);
    const undecided = reference.float32("greedy_margins").values.findIndex((margin) => margin < 5e-3);
    const decided = undecided < 0 ? 24 : undecided;
    expect(report.answers[name]?.slice(0, decided)).toEqual([...reference.int32("greedy_ids").values.slice(0, decided)]);
  });

  it("answers with the embedded model as the CPU does", () => {
    const [cpu, webgpu] = report.embedded;
    expect(cpu).not.toBe("");
    expect(webgpu).toBe(cpu);
  });
});

it("finds no Vulkan adapters rather than fail where there is no loader", () => {
  expect(Array.isArray(vulkanAdapters())).toBe(true);
});
