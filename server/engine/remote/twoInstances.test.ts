import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generationRequestSchema, type GenerationRequest } from "../../../inference/conversation.ts";
import type { GenerationEvent } from "../../../inference/events.ts";
import { defaultTiming, projectRoot } from "../../config.ts";
import { silentLog } from "../../log.ts";
import { eventually, TestServer } from "../../testing/harness.ts";
import type { Engine } from "../types.ts";
import { RemoteEngine } from "./remoteEngine.ts";

/** Another instance of this program, with the embedded model, as the engine: what it answers is what it answers itself. */

const media = join(projectRoot, "inference", "reference", "media");
const checkpoint = join(projectRoot, "models", "demo");

function engineAt(origin: string): RemoteEngine {
  const settings = { backend: "openai", url: `${origin}/v1`, key: undefined, model: undefined, mediaUrlBase: undefined, processors: checkpoint, contextLength: undefined } as const;
  return new RemoteEngine({ settings, worker: join(projectRoot, "inference", "mediaWorker.ts"), folder: join(server.dataFolder, `fitted-${new URL(origin).port}`), timing: defaultTiming, connection: { backoff: 50, probe: 200 }, log: silentLog });
}

let server: TestServer;
let remote: RemoteEngine;
beforeAll(async () => {
  server = await TestServer.start({ worker: join(projectRoot, "inference", "worker.ts"), checkpoint });
  remote = engineAt(server.origin);
});
afterAll(async () => {
  await remote[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const saying = (text: string): GenerationRequest => generationRequestSchema.parse({ messages: [{ role: "user", content: text }] });
const question = (...content: unknown[]): GenerationRequest => generationRequestSchema.parse({ messages: [{ role: "user", content: [...content, { type: "text", text: "What is in it?" }] }], options: { sampling: { greedy: true } } });

async function ask(engine: Engine, request: GenerationRequest, signal = new AbortController().signal): Promise<{ text: string; last: GenerationEvent | undefined }> {
  const events = await Array.fromAsync(engine.generate(request, signal));
  return { text: events.map((event) => (event.type === "text" ? event.delta : "")).join(""), last: events.at(-1) };
}

test("the other instance is recognized, once it is ready", async () => {
  await eventually(() => remote.status()).toMatchObject({ state: "ready", info: { contextLength: 4096, remote: { isDemo: true } } });
});

test.each([
  ["text", question()],
  ["a picture", question({ type: "image", image: join(media, "photo.png") })],
  ["a part of a clip and a smaller picture", question({ type: "video", video: join(media, "clip.mp4"), video_start: 1, nframes: 6 }, { type: "image", image: join(media, "wide.jpg"), max_pixels: 16_384 })],
  ["a list of frames", question({ type: "video", video: ["frame0.png", "frame1.png", "frame2.png"].map((file) => join(media, file)), sample_fps: 1 })],
])("%s is answered as the instance itself does", async (_, request) => {
  const there = await ask(remote, request);
  const here = await ask(server.engine, request);
  expect(there.text).toBe(here.text);
  expect(there.text).not.toBe("");
  if (here.last?.type !== "finish") throw new Error(JSON.stringify(here.last));
  const { prompt_tokens, completion_tokens } = here.last.usage;
  expect(there.last).toMatchObject({ type: "finish", reason: "eos", usage: { prompt_tokens, completion_tokens } });
});

test("texts are counted there, as the instance itself does", async () => {
  const texts = ["", "What is in it?", "你好 12.5 kg\n\nand more"];
  const { signal } = new AbortController();
  const here = await server.engine.countTokens(texts, signal);
  expect(here).toEqual([0, expect.any(Number), expect.any(Number)]);
  expect(await remote.countTokens(texts, signal)).toEqual(here);
});

test("a damaged picture is refused before it goes anywhere", async () => {
  await expect(remote.inspect({ path: join(media, "clip.mp4"), name: "a clip", kind: "image", poster: "" })).rejects.toMatchObject({ code: "image_format" });
});

/** With a stand-in for the model there, which takes its time. */
describe("what happens there", () => {
  let other: TestServer;
  let engine: RemoteEngine;
  beforeAll(async () => {
    other = await TestServer.start({ limits: { concurrentRuns: 1 } });
    engine = engineAt(other.origin);
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
  });

  test("a stop here stops it there, and who waits there is next", async () => {
    const stop = new AbortController();
    const stopped = ask(engine, saying("say 100000"), stop.signal);
    await eventually(() => other.health()).toMatchObject({ active: 1, queued: 0 });
    const waiting = ask(engine, saying("Hello"));
    await eventually(() => other.health()).toMatchObject({ active: 1, queued: 1 });
    stop.abort();
    expect((await stopped).last).toMatchObject({ type: "finish", reason: "abort" });
    expect((await waiting).text).toBe("Hello");
    await eventually(() => other.health()).toMatchObject({ active: 0, queued: 0 });
  });

  test("its worker's death is told, and the next answer comes", async () => {
    expect((await ask(engine, saying("crash"))).last).toMatchObject({ type: "error" });
    expect((await ask(engine, saying("Hello again"))).text).toBe("Hello again");
  });
});
