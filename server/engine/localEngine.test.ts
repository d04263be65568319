import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { GenerationRequest } from "../../inference/conversation.ts";
import type { GenerationEvent } from "../../inference/events.ts";
import { defaultTiming, type Timing } from "../config.ts";
import { silentLog } from "../log.ts";
import type { EngineStatus } from "../protocol.ts";
import { eventually, fakeWorker } from "../testing/harness.ts";
import { LocalEngine } from "./localEngine.ts";

const engines: LocalEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine[Symbol.asyncDispose]();
});

function start(checkpoint = "fake", timing: Partial<Timing> = {}): LocalEngine {
  const engine = new LocalEngine({ entry: fakeWorker, checkpoint, device: "cpu" }, { ...defaultTiming, ...timing }, silentLog);
  engines.push(engine);
  return engine;
}

const request = (text: string): GenerationRequest => ({
  messages: [{ role: "user", content: text }],
  options: { sampling: {}, stop: [], add_vision_id: false, continue_final_message: false, ignore_eos: false },
  owner: "",
});

async function answer(engine: LocalEngine, text: string, signal = new AbortController().signal): Promise<GenerationEvent[]> {
  const events: GenerationEvent[] = [];
  for await (const event of engine.generate(request(text), signal)) events.push(event);
  return events;
}

function textOf(events: readonly GenerationEvent[]): string {
  return events.map((event) => (event.type === "text" ? event.delta : "")).join("");
}

const file = { path: import.meta.filename, name: "a.png", kind: "image", poster: join(tmpdir(), "poster.jpg") } as const;

function reaches(engine: LocalEngine, state: EngineStatus["state"]): Promise<void> {
  return eventually(() => engine.status().state).toBe(state);
}

test("a request made while the model loads is answered when it is ready", async () => {
  const engine = start("slow");
  const states: string[] = [];
  engine.onStatus(({ state }) => states.push(state));
  expect(engine.status().state).toBe("loading");
  const events = await answer(engine, "hello there");
  expect(textOf(events)).toBe("hello there");
  expect(events.at(-1)).toMatchObject({ type: "finish", reason: "eos" });
  expect(states).toEqual(["loading", "ready"]);
});

test("texts that nobody wants counted any more are not given to the next worker", async () => {
  const engine = start("fake", { backoff: 50 });
  await reaches(engine, "ready");
  const stop = new AbortController();
  process.kill(engine.workerPid ?? 0, "SIGKILL");
  await reaches(engine, "restarting");
  const counting = engine.countTokens(["two words"], stop.signal);
  stop.abort(new Error("gone"));
  await expect(counting).rejects.toThrow("gone");
});

test("stopped while it waits, or before: nothing reaches the worker", async () => {
  const engine = start("slow");
  const controller = new AbortController();
  const waiting = answer(engine, "hello", controller.signal);
  controller.abort();
  for (const events of [await waiting, await answer(engine, "hello", controller.signal)]) {
    expect(events).toMatchObject([{ type: "finish", reason: "abort" }]);
  }
});

test.each(["loading", "answering"])("killed with -9 while %s: the answer ends or waits, and the next one is right", async (phase) => {
  const engine = start(phase === "loading" ? "slow" : "fake");
  if (phase === "answering") await reaches(engine, "ready");
  const pid = engine.workerPid ?? 0;
  const running = answer(engine, phase === "loading" ? "hello" : "say 100000");
  const inspected = engine.inspect({ ...file, name: "hang.png" }).catch((fault: unknown) => fault);
  await new Promise((resolve) => setTimeout(resolve, 100));
  process.kill(pid, "SIGKILL");
  expect(await inspected).toMatchObject({ code: "worker_restarted" });
  const events = await running;
  if (phase === "answering") expect(events.at(-1)).toEqual({ type: "error", error: { code: "worker_restarted", params: {} } });
  else expect(textOf(events)).toBe("hello");
  expect(textOf(await answer(engine, "next"))).toBe("next");
  expect(engine.workerPid).not.toBe(pid);
});

test("a worker that crashes in every answer is started again every time, as long as it answers others", async () => {
  const engine = start();
  for (let round = 0; round < 6; round += 1) {
    expect((await answer(engine, "crash")).at(-1)).toMatchObject({ type: "error", error: { code: "worker_restarted" } });
    expect(textOf(await answer(engine, "fine"))).toBe("fine");
  }
});

test("a request that reaches a worker which is dead already is answered by the next one", async () => {
  const engine = start();
  await reaches(engine, "ready");
  process.kill(engine.workerPid ?? 0, "SIGKILL");
  expect(engine.status().state).toBe("ready");
  expect(textOf(await answer(engine, "next"))).toBe("next");
});

test("a worker that dies at every start is given up for a while, and says so", async () => {
  const engine = start("die", { backoff: 1, breaker: 60_000 });
  await reaches(engine, "unusable");
  expect(await answer(engine, "hello")).toEqual([{ type: "error", error: { code: "worker_unavailable", params: {} } }]);
  await expect(engine.inspect(file)).rejects.toMatchObject({ code: "worker_unavailable" });
  expect(engine.workerPid).toBeUndefined();
});

test("a checkpoint that cannot be loaded is reported and not tried again", async () => {
  const engine = start("unusable");
  await reaches(engine, "unusable");
  const [event] = await answer(engine, "hello");
  expect(event).toEqual({ type: "error", error: { code: "checkpoint_corrupt", params: { file: "model.safetensors", reason: "short" } } });
  await eventually(() => engine.workerPid).toBeUndefined();
});

test("a worker that hangs is ended, and the next request is answered", async () => {
  const engine = start("fake", { watchdog: 300 });
  await reaches(engine, "ready");
  expect((await answer(engine, "hang")).at(-1)).toMatchObject({ type: "error", error: { code: "worker_restarted" } });
  expect(textOf(await answer(engine, "next"))).toBe("next");
});

test("a worker that the system has stopped is ended, and the next request is answered", async () => {
  const engine = start("fake", { watchdog: 300 });
  await reaches(engine, "ready");
  const running = answer(engine, "say 100000");
  await new Promise((resolve) => setTimeout(resolve, 100));
  process.kill(engine.workerPid ?? 0, "SIGSTOP");
  expect((await running).at(-1)).toMatchObject({ type: "error", error: { code: "worker_restarted" } });
  expect(textOf(await answer(engine, "next"))).toBe("next");
});

test("a worker that computes for long is left alone, but not for ever", async () => {
  const patient = start("fake", { watchdog: 1000 });
  expect(textOf(await answer(patient, "compute 2000"))).toBe("computed");
  const impatient = start("fake", { watchdog: 1000, longestStep: 500 });
  expect((await answer(impatient, "compute 60000")).at(-1)).toMatchObject({ type: "error", error: { code: "worker_restarted" } });
});

test("when memory runs out, the system ends the worker and not the server", async () => {
  const engine = start();
  await eventually(() => readFileSync(`/proc/${engine.workerPid ?? 0}/oom_score_adj`, "utf8").trim()).toBe("500");
});

test("a worker that does not stop when it is told to is ended", async () => {
  const engine = start("fake", { cancel: 100 });
  await reaches(engine, "ready");
  const controller = new AbortController();
  const running = answer(engine, "hang", controller.signal);
  await new Promise((resolve) => setTimeout(resolve, 100));
  controller.abort();
  expect((await running).at(-1)).toMatchObject({ type: "finish", reason: "abort" });
  expect(textOf(await answer(engine, "next"))).toBe("next");
});

test("a worker that answers slowly, or has nothing to do, is left alone", async () => {
  const engine = start("fake", { watchdog: 500 });
  await reaches(engine, "ready");
  const pid = engine.workerPid;
  expect(textOf(await answer(engine, "say 100")).split(" ")).toHaveLength(101);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(engine.workerPid).toBe(pid);
});

test("files are described or refused", async () => {
  const engine = start();
  expect(await engine.inspect(file)).toMatchObject({ kind: "image", width: 64 });
  await expect(engine.inspect({ ...file, name: "bad.png" })).rejects.toMatchObject({ code: "image_corrupt", params: { name: "bad.png" } });
});

test("a file that comes while the worker is started again waits for it, unless there will be none", async () => {
  const engine = start("fake", { backoff: 300 });
  // The first restart comes at once, the second after a pause.
  for (let death = 0; death < 2; death++) {
    await reaches(engine, "ready");
    const pid = engine.workerPid;
    if (pid === undefined) throw new Error("a ready engine has a worker");
    process.kill(pid, "SIGKILL");
    await eventually(() => engine.workerPid).not.toBe(pid);
  }
  expect(engine.status().state).toBe("restarting");
  expect(await engine.inspect(file)).toMatchObject({ kind: "image" });
});

test("a file that waits for a worker is refused when the engine is closed", async () => {
  const engine = start("die", { backoff: 60_000 });
  await reaches(engine, "restarting");
  await eventually(() => engine.workerPid).toBeUndefined();
  const inspected = engine.inspect(file).catch((fault: unknown) => fault);
  await engine[Symbol.asyncDispose]();
  expect(await inspected).toMatchObject({ code: "worker_restarted" });
});

test("the worker ends with its owner, and what ran is told", async () => {
  const engine = start();
  await reaches(engine, "ready");
  const pid = engine.workerPid ?? 0;
  const running = answer(engine, "say 100000");
  await new Promise((resolve) => setTimeout(resolve, 100));
  await engine[Symbol.asyncDispose]();
  expect((await running).at(-1)).toMatchObject({ type: "error", error: { code: "worker_unavailable" } });
  expect(() => process.kill(pid, 0)).toThrow();
});
