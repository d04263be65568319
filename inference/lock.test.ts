import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { isHeld, takeLock } from "./lock.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "lock-"));
  file = path.join(folder, "lock");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const deadPid = () => spawnSync(process.execPath, ["-e", "0"]).pid;

it("lets one after the other in, and says to those who wait how far the first is", async () => {
  const order: string[] = [];
  const heard: number[] = [];
  const first = await takeLock(file);
  expect(await isHeld(file)).toBe(true);
  first.setFraction(0.5);
  const second = takeLock(file, { onWait: (fraction) => heard.push(fraction) }).then(async (lock) => {
    order.push("second");
    await lock[Symbol.asyncDispose]();
  });
  while (!heard.includes(0.5)) await new Promise((resolve) => setTimeout(resolve, 20));
  order.push("first");
  await first[Symbol.asyncDispose]();
  await second;
  expect(order).toEqual(["first", "second"]);
  expect(await readdir(folder)).toEqual([]);
});

it("is taken over from a process that is gone", async () => {
  await writeFile(file, JSON.stringify({ owner: "x", pid: deadPid(), host: hostname(), beat: 1, fraction: 0 }));
  expect(await isHeld(file)).toBe(false);
  await using lock = await takeLock(file, { rest: Infinity });
  lock.setFraction(1);
  expect(await isHeld(file)).toBe(true);
});

it("is left to whoever took it over", async () => {
  const lost = await takeLock(file);
  await rm(file);
  await using _other = await takeLock(file);
  await lost[Symbol.asyncDispose]();
  expect(await isHeld(file)).toBe(true);
});

it.each([JSON.stringify({ owner: "x", pid: 1, host: "another", beat: 1, fraction: 0 }), "", "damaged"])("is taken over when it rests: %s", async (content) => {
  await writeFile(file, content);
  expect(await isHeld(file)).toBe(true);
  await using _lock = await takeLock(file, { rest: 50 });
});
