import { cp, mkdtemp, readdir, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { GenerationRequest } from "../../inference/conversation.ts";
import type { GenerationEvent } from "../../inference/events.ts";
import { defaultTiming, projectRoot } from "../config.ts";
import { silentLog } from "../log.ts";
import { eventually } from "../testing/harness.ts";
import { LocalEngine } from "./localEngine.ts";

/** Weights that change under the real worker, which has them mapped into its memory. */

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Started {
  engine: LocalEngine;
  checkpoint: string;
  cache: string;
}

async function start(): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), "broken-weights-"));
  cleanups.push(() => rm(folder, { recursive: true }));
  const [checkpoint, cache] = [join(folder, "checkpoint"), join(folder, "cache")];
  const demo = join(projectRoot, "models", "demo");
  await cp(demo, checkpoint, { recursive: true, filter: (path) => path === demo || /\.(json|jinja|safetensors)$/.test(path) });
  const options = { entry: join(projectRoot, "inference", "worker.ts"), checkpoint, device: "cpu", cacheFolder: cache } as const;
  const engine = new LocalEngine(options, { ...defaultTiming, backoff: 1 }, silentLog);
  cleanups.push(() => engine[Symbol.asyncDispose]());
  await eventually(() => engine.status().state).toBe("ready");
  return { engine, checkpoint, cache };
}

async function answer(engine: LocalEngine): Promise<{ text: string; end: GenerationEvent | undefined }> {
  const request: GenerationRequest = {
    messages: [{ role: "user", content: "What can you do?" }],
    options: { sampling: { greedy: true }, stop: [], add_vision_id: false, continue_final_message: false, ignore_eos: false, max_new_tokens: 16 },
    owner: "",
  };
  let text = "";
  let end: GenerationEvent | undefined;
  for await (const event of engine.generate(request, new AbortController().signal)) {
    if (event.type === "text") text += event.delta;
    end = event;
  }
  return { text, end };
}

async function largestFile(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const sizes = await Promise.all(files.map(async (file) => ({ file, size: (await stat(file)).size })));
  return sizes.sort((a, b) => b.size - a.size)[0]?.file ?? "";
}

test("prepared weights that are cut off while they are mapped: the worker dies, they are prepared anew, and the next answer is right", async () => {
  const { engine, cache } = await start();
  const before = await answer(engine);
  expect(before.end).toMatchObject({ type: "finish" });
  const pid = engine.workerPid;
  await truncate(await largestFile(cache), 4096);
  // It dies at the first weight that is missing; where that is before the answer began, another worker gives it.
  const { text, end } = await answer(engine);
  if (end?.type === "finish") expect(text).toBe(before.text);
  else expect(end).toEqual({ type: "error", error: { code: "worker_restarted", params: {} } });
  expect((await answer(engine)).text).toBe(before.text);
  expect(engine.workerPid).not.toBe(pid);
});

test("a checkpoint that is cut off: what is wrong is said, with the file's name, and again when the worker is started anew", async () => {
  const { engine, checkpoint } = await start();
  await truncate(join(checkpoint, "model.safetensors"), 1_000_000);
  const error = { code: "checkpoint_corrupt", params: { file: "model.safetensors" } };
  expect((await answer(engine)).end).toMatchObject({ type: "error", error });
  process.kill(engine.workerPid ?? 0, "SIGKILL");
  await eventually(() => engine.status()).toMatchObject({ state: "unusable", error });
  expect((await answer(engine)).end).toMatchObject({ type: "error", error });
});
