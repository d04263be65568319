import { mkdtemp, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadCheckpoint } from "../checkpoint/load.ts";
import { referenceFolder } from "../reference/read.ts";
import { type PreparedModel, prepareModel } from "./prepare.ts";

let cacheFolder: string;
beforeEach(async () => (cacheFolder = await mkdtemp(path.join(tmpdir(), "prepare-"))));
afterEach(() => rm(cacheFolder, { recursive: true, force: true }));

async function prepare(name = "dense", onProgress?: (fraction: number) => void): Promise<PreparedModel> {
  using checkpoint = await loadCheckpoint(path.join(referenceFolder, name));
  return await prepareModel(checkpoint, { dtype: "fp32", cacheFolder, ...(onProgress ? { onProgress } : {}) });
}

async function modified(file: string): Promise<number> {
  return (await stat(file)).mtimeMs;
}

it("prepares once and says how far it is", async () => {
  const fractions: number[] = [];
  const first = await prepare("dense", (fraction) => fractions.push(fraction));
  expect(fractions.length).toBeGreaterThan(10);
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  const written = await modified(first.decoder);
  expect(await prepare()).toEqual(first);
  expect(await modified(first.decoder)).toBe(written);
  expect(await readdir(cacheFolder)).toHaveLength(1);
});

it("keeps different checkpoints apart", async () => {
  expect((await prepare("dense")).decoder).not.toBe((await prepare("moe")).decoder);
});

it("prepares anew what was cut short", async () => {
  const { decoder } = await prepare();
  const weights = path.join(path.dirname(decoder), "weights.bin");
  const { size } = await stat(weights);
  await truncate(weights, size - 1);
  await prepare();
  expect((await stat(weights)).size).toBe(size);
});

it("prepares anew what has no manifest or that of another format", async () => {
  const { decoder } = await prepare();
  const manifest = path.join(path.dirname(decoder), "manifest.json");
  for (const damage of [() => rm(manifest), () => writeFile(manifest, JSON.stringify({ format: 0, files: {} }))]) {
    await damage();
    const before = await modified(decoder);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await prepare();
    expect(await modified(decoder)).toBeGreaterThan(before);
  }
});

it("lets several prepare the same at once", async () => {
  const models = await Promise.all([prepare(), prepare(), prepare()]);
  expect(new Set(models.map(({ decoder }) => decoder)).size).toBe(1);
  expect(await readdir(cacheFolder)).toHaveLength(1);
});
