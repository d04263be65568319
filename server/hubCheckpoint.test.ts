import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startFakeHub } from "../inference/hub/fakeHub.ts";
import { referenceFolder } from "../inference/reference/read.ts";
import { projectRoot } from "./config.ts";
import { eventually } from "./testing/harness.ts";

const repository = "Owner/Model-2B";
let folder: string;
const started: ChildProcess[] = [];
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "demo-hub-"))));
afterEach(async () => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

/** A server of a checkpoint on the Hub, with the real worker; what it prints. */
function run(endpoint: string): () => string {
  const flags = ["--no-page", "--server-port", "0", "-c", repository, "--cache-dir", join(folder, "prepared"), "--dtype", "int4"];
  const child = spawn(process.execPath, ["--import", "tsx", "server/main.ts", ...flags], {
    cwd: projectRoot,
    env: { ...process.env, QWEN_DEMO_DATA_DIR: join(folder, "data"), HF_ENDPOINT: endpoint, HF_HOME: join(folder, "huggingface"), HF_TOKEN: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  let out = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (out += String(data)));
  return () => out;
}

async function status(output: string): Promise<string> {
  const url = /http:\/\/\S+/.exec(output)?.[0] ?? "";
  return (await fetch(`${url}/healthz`)).text();
}

test("a checkpoint is downloaded by its name while the page is there already", async () => {
  const published = join(referenceFolder, "dense");
  const files = Object.fromEntries(await Promise.all((await readdir(published)).map(async (name) => [name, await readFile(join(published, name))] as const)));
  await using hub = await startFakeHub(repository, files);
  hub.breakAfter = 0;
  const output = run(hub.endpoint);
  await eventually(output).toMatch(/Qwen3-VL demo on http[^]*Ready: Model-2B, int4/);
  expect(await readdir(join(folder, "prepared"))).toHaveLength(1);
  expect(await readdir(join(folder, "huggingface", "hub"))).toEqual(["models--Owner--Model-2B"]);
});

test("a name that the Hub does not know is explained, and the page stays", async () => {
  await using hub = await startFakeHub(repository, {});
  hub.refuse = 404;
  const output = run(hub.endpoint);
  await eventually(output).toMatch(/“Owner\/Model-2B” does not exist on http:/);
  expect(await status(output())).toContain("unusable");
});
