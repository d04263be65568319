import { spawnSync } from "node:child_process";
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadCheckpoint } from "../checkpoint/load.ts";
import { referenceFolder } from "../reference/read.ts";
import { takeLock } from "../lock.ts";
import { type PreparedModel, prepareModel, type PrepareOptions } from "./prepare.ts";
import { deletePrepared, listPrepared } from "./preparedFolder.ts";

let cacheFolder: string;
beforeEach(async () => (cacheFolder = await mkdtemp(path.join(tmpdir(), "prepare-"))));
afterEach(() => rm(cacheFolder, { recursive: true, force: true }));

async function prepare(name = "dense", { dtype = "fp32", onProgress }: Partial<PrepareOptions> = {}): Promise<PreparedModel> {
  using checkpoint = await loadCheckpoint(path.join(referenceFolder, name));
  return await prepareModel(checkpoint, { dtype, cacheFolder, ...(onProgress ? { onProgress } : {}) });
}

async function modified(file: string): Promise<number> {
  return (await stat(file)).mtimeMs;
}

it("prepares once and says how far it is", async () => {
  const fractions: number[] = [];
  const first = await prepare("dense", { onProgress: ({ fraction }) => fractions.push(fraction) });
  expect(fractions.at(-1)).toBe(1);
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

it("prepares anew what was changed, or replaced by a link", async () => {
  const { decoder } = await prepare();
  const original = await readFile(decoder);
  const elsewhere = path.join(cacheFolder, "elsewhere");
  await writeFile(elsewhere, original);
  const weights = path.join(path.dirname(decoder), "weights.bin");
  const values = await readFile(weights);
  const damages = [
    () => writeFile(weights, values.with(100, (values[100] ?? 0) ^ 1)),
    () => writeFile(decoder, original.with(100, (original[100] ?? 0) ^ 1)),
    () => rm(decoder).then(() => symlink(elsewhere, decoder)),
    () => rm(path.dirname(decoder), { recursive: true }).then(() => symlink(cacheFolder, path.dirname(decoder))),
  ];
  for (const damage of damages) {
    await damage();
    await prepare();
    expect((await lstat(decoder)).isFile()).toBe(true);
    expect(await readFile(decoder)).toEqual(original);
    expect((await readFile(weights)).equals(values)).toBe(true);
  }
});

it("lets one of several work and the others use its result", async () => {
  const before = await prepare("moe");
  await rm(path.dirname(before.decoder), { recursive: true });
  const models = await Promise.all([prepare(), prepare(), prepare()]);
  expect(new Set(models.map(({ decoder }) => decoder)).size).toBe(1);
  expect(await readdir(cacheFolder)).toEqual([path.basename(path.dirname(models[0].decoder))]);
});

it("removes what a killed process left, and nothing of a living one", async () => {
  const id = "0".repeat(32);
  const living = "1".repeat(32);
  for (const name of [`${id}.abcDEF`, `${living}.abcDEF`]) await mkdir(path.join(cacheFolder, name));
  await writeFile(path.join(cacheFolder, `${id}.lock`), JSON.stringify({ owner: "x", pid: spawnSync("true").pid, host: hostname(), beat: 3, fraction: 0.5 }));
  await using _lock = await takeLock(path.join(cacheFolder, `${living}.lock`));
  const { decoder } = await prepare();
  const expected = [path.basename(path.dirname(decoder)), `${living}.abcDEF`, `${living}.lock`];
  expect((await readdir(cacheFolder)).sort()).toEqual(expected.sort());
});

it("lists what is there, and deletes it", async () => {
  const { decoder } = await prepare("dense", { dtype: "fp16" });
  const [model] = await listPrepared(cacheFolder);
  expect(model).toMatchObject({ id: path.basename(path.dirname(decoder)), facts: { name: "dense", dtype: "fp16", source: path.join(referenceFolder, "dense") } });
  expect(model?.bytes).toBeGreaterThan((await stat(path.join(path.dirname(decoder), "weights.bin"))).size);
  await deletePrepared(cacheFolder, model?.id ?? "");
  expect(await listPrepared(cacheFolder)).toEqual([]);
  await expect(deletePrepared(cacheFolder, "../x")).rejects.toThrow(RangeError);
});
