import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadCheckpoint } from "../checkpoint/load.ts";
import { referenceFolder } from "../reference/read.ts";
import { prepareModel } from "./prepare.ts";

let cacheFolder: string;
beforeEach(async () => (cacheFolder = await mkdtemp(path.join(tmpdir(), "prepare-"))));
afterEach(() => rm(cacheFolder, { recursive: true, force: true }));

const source = path.join(referenceFolder, "dense");
const script = `
  const { loadCheckpoint } = await import(${JSON.stringify(path.join(import.meta.dirname, "../checkpoint/load.ts"))});
  const { prepareModel } = await import(${JSON.stringify(path.join(import.meta.dirname, "prepare.ts"))});
  const [source, cacheFolder, killAt] = process.argv.slice(1);
  const onProgress = ({ fraction }) => fraction > Number(killAt) && process.kill(process.pid, "SIGKILL");
  try {
    console.log((await prepareModel(await loadCheckpoint(source), { dtype: "int8", cacheFolder, onProgress })).decoder);
  } catch (fault) {
    console.log(fault.code, JSON.stringify(fault.params));
  }
`;

/** A process that prepares the model and kills itself when it has come so far; what it prints. */
function prepareElsewhere(killAt: number, { command = [], folder = cacheFolder }: { command?: readonly string[]; folder?: string } = {}): Promise<{ output: string; signal: NodeJS.Signals | null }> {
  const words = [...command, process.execPath, "--import", "tsx", "--input-type=module", "-e", script, source, folder, String(killAt)];
  const child = spawn(words[0] ?? "", words.slice(1), { stdio: ["ignore", "pipe", "inherit"] });
  const output: Buffer[] = [];
  child.stdout.on("data", (data: Buffer) => output.push(data));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (_, signal) => resolve({ output: Buffer.concat(output).toString().trim(), signal }));
  });
}

const never = 2;

it("starts over after a process that was killed in the middle, and loads nothing of it", async () => {
  expect((await prepareElsewhere(0.4)).signal).toBe("SIGKILL");
  const left = await readdir(cacheFolder);
  expect(left.some((name) => name.endsWith(".lock"))).toBe(true);
  expect(left.some((name) => /^[0-9a-f]{32}$/.test(name))).toBe(false);
  using checkpoint = await loadCheckpoint(source);
  const { decoder } = await prepareModel(checkpoint, { dtype: "int8", cacheFolder });
  expect(await readdir(cacheFolder)).toEqual([path.basename(path.dirname(decoder))]);
});

it("is safe in two processes at once, also when one of them is killed", async () => {
  const [killed, ...others] = await Promise.all([prepareElsewhere(0.4), prepareElsewhere(never), prepareElsewhere(never)]);
  const [decoder] = others.map(({ output }) => output);
  expect(decoder).toMatch(/decoder\.onnx$/);
  expect(others.map(({ output }) => output)).toEqual([decoder, decoder]);
  // Whether it worked itself, and died of it, or was given what another had prepared.
  expect(killed.signal ?? killed.output).toMatch(/SIGKILL|decoder\.onnx$/);
  expect(await readdir(cacheFolder)).toEqual([path.basename(path.dirname(decoder ?? ""))]);
});

/** A shell of its own with a file system of 1 MiB in place of the cache folder, where the system allows that. */
const inSmallRoom = (folder: string) => ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", 'mount -t tmpfs -o size=1m tmpfs "$0" && exec "$@"', folder] as const;
const [unshare, ...unshareFlags] = inSmallRoom("/tmp");

describe.runIf(spawnSync(unshare, [...unshareFlags, "true"]).status === 0)("a full disk", () => {
  it("is said to be full", async () => {
    const { output } = await prepareElsewhere(never, { command: inSmallRoom(cacheFolder) });
    expect(output).toBe(`model_disk_full ${JSON.stringify({ folder: cacheFolder })}`);
  });
});
