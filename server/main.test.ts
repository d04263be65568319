import { spawn, type ChildProcess } from "node:child_process";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { projectRoot } from "./config.ts";
import { eventually, fakeWorker } from "./testing/harness.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "demo-main-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

interface Started {
  child: ChildProcess;
  output: () => { out: string; err: string };
  exit: Promise<number | null>;
}

function run(...flags: string[]): Started {
  const child = spawn(process.execPath, ["--import", "tsx", "server/main.ts", "--no-page", ...flags], {
    cwd: projectRoot,
    env: { ...process.env, QWEN_DEMO_DATA_DIR: join(folder, "data") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  let out = "";
  let err = "";
  child.stdout.on("data", (data) => (out += String(data)));
  child.stderr.on("data", (data) => (err += String(data)));
  return { child, output: () => ({ out, err }), exit: new Promise((resolve) => child.once("close", resolve)) };
}

async function refusal(...flags: string[]): Promise<string> {
  const { exit, output } = run(...flags);
  expect(await exit).toBe(1);
  expect(output().out).toBe("");
  expect(output().err.trim().split("\n")).toHaveLength(1);
  return output().err.trim();
}

test("a port in use", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  expect(await refusal("--server-port", String(port))).toBe(`Port ${port} on 127.0.0.1 is in use. Choose another one with --server-port.`);
  other.close();
});

test("a folder that is no checkpoint, and one of another kind", async () => {
  const empty = await mkdtemp(join(folder, "empty-"));
  expect(await refusal("-c", empty)).toMatch(/config\.json is missing/);
  expect(await refusal("-c", join(folder, "not-there"))).toMatch(/config\.json is missing/);

  const other = await mkdtemp(join(folder, "other-"));
  await cp(join(projectRoot, "models", "demo"), other, { recursive: true, filter: (path) => !path.includes("training") });
  await writeFile(join(other, "config.json"), JSON.stringify({ model_type: "llama" }));
  expect(await refusal("-c", other)).toMatch(/type llama are not supported/);
});

test("an engine elsewhere without its address", async () => {
  expect(await refusal("--backend", "vllm")).toMatch(/needs --engine-url/);
});

test("a data folder that cannot be", async () => {
  const child = spawn(process.execPath, ["--import", "tsx", "server/main.ts", "--no-page", "--server-port", "0"], {
    cwd: projectRoot,
    env: { ...process.env, QWEN_DEMO_DATA_DIR: "/dev/null/data" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let err = "";
  child.stderr.on("data", (data) => (err += String(data)));
  expect(await new Promise((resolve) => child.once("close", resolve))).toBe(1);
  expect(err.trim()).toBe("The data folder cannot be written. Choose another one with QWEN_DEMO_DATA_DIR.");
});

async function urlOf({ output }: Started): Promise<string> {
  await eventually(() => output().out).toMatch(/Ready: fake/);
  return /http:\/\/\S+/.exec(output().out)?.[0] ?? "";
}

/** Processes whose parent is `pid`. Linux only, as are the tests that use it. */
async function childrenOf(pid: number): Promise<number[]> {
  const { readFile } = await import("node:fs/promises");
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(pids.map(async (name) => [Number(name), await readFile(`/proc/${name}/stat`, "utf8").catch(() => "")] as const));
  return parents.filter(([, stat]) => Number(/\) \S (\d+)/.exec(stat)?.[1]) === pid).map(([child]) => child);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("SIGTERM ends server and worker in order", async () => {
  const server = run("--server-port", "0", "--worker", fakeWorker);
  const url = await urlOf(server);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const children = await childrenOf(server.child.pid ?? 0);
  expect(children.length).toBeGreaterThan(0);
  server.child.kill("SIGTERM");
  expect(await server.exit).toBe(0);
  await eventually(() => children.filter(isAlive)).toEqual([]);
});

test("a closed console and a dead worker end nothing", async () => {
  const server = run("--server-port", "0", "--worker", fakeWorker);
  const url = await urlOf(server);
  server.child.stdout?.destroy();
  server.child.stderr?.destroy();
  const children = await childrenOf(server.child.pid ?? 0);
  for (const child of children) process.kill(child, "SIGKILL");
  await eventually(() => children.filter(isAlive)).toEqual([]);
  await eventually(async () => (await fetch(`${url}/healthz`)).text()).toContain('"ok"');
});

test.each(["works", "hangs"])("when the server is killed with -9, the worker ends too, also when it %s", async (state) => {
  const server = run("--server-port", "0", "--worker", fakeWorker);
  await urlOf(server);
  const children = await childrenOf(server.child.pid ?? 0);
  if (state === "hangs") for (const child of children) process.kill(child, "SIGSTOP");
  server.child.kill("SIGKILL");
  await server.exit;
  await eventually(() => children.filter(isAlive)).toEqual([]);
});

test("a server that others reach says when nobody has to log in", async () => {
  const flags = ["--server-name", "0.0.0.0", "--server-port", "0", "--worker", fakeWorker];
  const open = run(...flags);
  const closed = run(...flags, "--auth", "ann:secret");
  for (const { output } of [open, closed]) await eventually(() => output().out).toMatch(/Ready: fake/);
  expect(open.output().out).toContain("Warning: everybody who reaches this address can use the demo.");
  expect(closed.output().out).not.toMatch(/Warning|secret/);
});

test("users that cannot be, and a file of them that is not there", async () => {
  expect(await refusal("--auth", "secret")).toBe("--auth: write user:password, with a name of up to 64 characters.");
  expect(await refusal("--auth-file", join(folder, "nobody"))).toMatch(/^--auth-file: .*nobody cannot be read\./);
});
