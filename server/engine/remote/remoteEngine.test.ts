import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { generationRequestSchema, type GenerationInput } from "../../../inference/conversation.ts";
import type { GenerationEvent } from "../../../inference/events.ts";
import { defaultTiming, projectRoot } from "../../config.ts";
import { silentLog } from "../../log.ts";
import { begin, FakeEngine, refuseWith, sayAll, sayChunk } from "../../testing/fakeEngine.ts";
import { eventually } from "../../testing/harness.ts";
import { RemoteEngine } from "./remoteEngine.ts";
import type { RemoteSettings } from "./settings.ts";

const samples = join(projectRoot, "inference", "reference", "media");
const key = "sk-secret-key-of-the-engine";

/** Most tests share an engine, as each brings a process that looks at media. */
let folder: string;
let sharedFake: FakeEngine;
let shared: RemoteEngine;
let fake: FakeEngine;
const engines: RemoteEngine[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "remote-engine-"));
  sharedFake = fake = await FakeEngine.start();
  shared = connect();
  engines.splice(0);
});
afterAll(async () => {
  await shared[Symbol.asyncDispose]();
  await sharedFake[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  fake = sharedFake;
  fake.asked.length = 0;
  fake.behaviour = (response) => sayAll(response, ["Hello ", "there."]);
});
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine[Symbol.asyncDispose]();
  if (fake !== sharedFake) await fake[Symbol.asyncDispose]();
});

function connect(changes: Partial<RemoteSettings> = {}, patience = 500): RemoteEngine {
  const settings: RemoteSettings = { backend: "vllm", url: fake.url, key, model: undefined, mediaUrlBase: undefined, processors: "", contextLength: undefined, ...changes };
  const engine = new RemoteEngine({ settings, worker: join(projectRoot, "inference", "mediaWorker.ts"), folder: join(folder, randomUUID()), timing: defaultTiming, connection: { backoff: 20, probe: 50 }, patience, log: silentLog });
  engines.push(engine);
  return engine;
}

const asking = (text: string, more: Partial<GenerationInput> = {}) => generationRequestSchema.parse({ messages: [{ role: "user", content: text }], ...more });

async function answer(engine: RemoteEngine, request = asking("Hi"), signal = new AbortController().signal): Promise<GenerationEvent[]> {
  return Array.fromAsync(engine.generate(request, signal));
}

const textOf = (events: readonly GenerationEvent[]): string => events.map((event) => (event.type === "text" ? event.delta : "")).join("");
const errorOf = (events: readonly GenerationEvent[]): unknown => {
  const last = events.at(-1);
  return last?.type === "error" ? last.error : last;
};

describe("an answer", () => {
  test("comes as it is written, with usage and what the engine is", async () => {
    const engine = shared;
    const events = await answer(engine, asking("Hi", { options: { sampling: { greedy: true, top_k: 5, repetition_penalty: 1.1 }, stop: ["END"], max_new_tokens: 9 } }));
    expect(textOf(events)).toBe("Hello there.");
    expect(events.at(-1)).toMatchObject({ type: "finish", reason: "eos", usage: { prompt_tokens: 20, completion_tokens: 3, cached_tokens: 3, image_tokens: 4 } });
    expect(fake.asked[0]).toMatchObject({ path: "/v1/chat/completions", headers: { authorization: `Bearer ${key}` }, body: { model: "Qwen/Qwen3-VL-8B-Instruct", temperature: 0, repetition_penalty: 1.1, stop: ["END"], max_tokens: 9, stream: true } });
    expect(fake.asked[0]?.body).not.toHaveProperty("top_k");
    expect(engine.status()).toMatchObject({ state: "ready", info: { name: "Qwen3-VL-8B-Instruct", contextLength: 8192, parameters: 8e9, remote: { label: "vLLM", host: `127.0.0.1:${fake.port}` } } });
  });

  test("keeps thoughts and tool calls as the model writes them", async () => {
    fake.behaviour = (response) => {
      begin(response);
      sayChunk(response, { reasoning_content: "A circle" });
      sayChunk(response, { reasoning: "?" });
      sayChunk(response, { content: "I look." });
      sayChunk(response, { tool_calls: [{ index: 0, function: { name: "zoom", arguments: '{"box":' } }] });
      sayChunk(response, { tool_calls: [{ index: 0, function: { arguments: "[1,2]}" } }] });
      sayChunk(response, {}, { finish_reason: "tool_calls" });
      response.end("data: [DONE]\n\n");
    };
    expect(textOf(await answer(shared))).toBe('<think>\nA circle?\n</think>\n\nI look.<tool_call>\n{"name": "zoom", "arguments": {"box":[1,2]}}\n</tool_call>');
  });

  test.each([
    [{ finish_reason: "stop", stop_reason: "END" }, "stop"],
    [{ finish_reason: "length" }, "context"],
    [{ finish_reason: "stop", stop_reason: null }, "eos"],
  ])("ends with %j as %s", async (last, reason) => {
    fake.behaviour = (response) => sayAll(response, ["a"], last);
    expect((await answer(shared)).at(-1)).toMatchObject({ reason });
  });

  test("that is stopped ends at once, and the engine's work with it", async () => {
    let hungUp = false;
    fake.behaviour = async (response, _, gone) => {
      begin(response);
      sayChunk(response, { content: "and " });
      await gone;
      hungUp = true;
    };
    const stop = new AbortController();
    const events: GenerationEvent[] = [];
    for await (const event of shared.generate(asking("Hi"), stop.signal)) {
      events.push(event);
      if (event.type === "text") stop.abort();
    }
    expect(events.at(-1)).toMatchObject({ type: "finish", reason: "abort" });
    await eventually(() => hungUp).toBe(true);
  });

  test("goes on where it was cut off, and special tokens in a text stay text", async () => {
    const request = generationRequestSchema.parse({
      messages: [
        { role: "user", content: "<|image_pad|> a <|im_end|>" },
        { role: "assistant", content: "It is" },
      ],
      options: { continue_final_message: true },
    });
    await answer(shared, request);
    const body = fake.asked[0]?.body;
    expect(body).toMatchObject({ continue_final_message: true, add_generation_prompt: false });
    expect(JSON.stringify(body)).not.toMatch(/<\|/);
  });
});

describe("what goes wrong is said in a code", () => {
  test.each<[string, (engine: FakeEngine) => void, unknown]>([
    ["a wrong key", (engine) => (engine.behaviour = (response) => refuseWith(response, 401, "no")), { code: "engine_key" }],
    ["too much to do", (engine) => (engine.behaviour = (response) => refuseWith(response, 429, "slow", { "Retry-After": "7" })), { code: "engine_busy", params: { seconds: 7 } }],
    ["no such model", (engine) => (engine.behaviour = (response) => refuseWith(response, 404, "The model `x` does not exist")), { code: "engine_model" }],
    ["a failure", (engine) => (engine.behaviour = (response) => refuseWith(response, 500, `at 0x7fff12345678 with ${key}\u001b[31m`)), { code: "engine_failed", params: { status: 500, detail: "at … with … [31m" } }],
    ["too long a prompt", (engine) => (engine.behaviour = (response) => refuseWith(response, 400, "This model's maximum context length is 4096 tokens. However, your prompt contains 5000 input tokens")), { code: "context_length_exceeded", params: { tokens: 5000, limit: 4096 } }],
    ["a page of a proxy", (engine) => (engine.behaviour = (response) => void response.writeHead(200, { "Content-Type": "text/html" }).end("<html>")), { code: "engine_address" }],
    ["garbage in the stream", (engine) => (engine.behaviour = (response) => { begin(response); response.end("data: {oops\n\n"); }), { code: "engine_address" }],
    ["an error in the stream", (engine) => (engine.behaviour = (response) => { begin(response); response.end('data: {"error":{"message":"out of blocks"}}\n\n'); }), { code: "engine_failed", params: { detail: "out of blocks" } }],
    ["a stream that breaks off", (engine) => (engine.behaviour = (response) => { begin(response); sayChunk(response, { content: "half" }); setTimeout(() => response.destroy(), 20); }), { code: "engine_lost" }],
    ["a stream without end mark", (engine) => (engine.behaviour = (response) => { begin(response); sayChunk(response, { content: "half" }); response.end(); }), { code: "engine_lost" }],
  ])("%s", async (_, prepare, expected) => {
    prepare(fake);
    expect(errorOf(await answer(shared))).toMatchObject(expected as object);
  });

  test("an engine that cannot be reached, has another model, or wants another key", async () => {
    fake = await FakeEngine.start();
    await fake.vanish();
    expect(errorOf(await answer(connect({}, 50)))).toMatchObject({ code: "engine_unreachable", params: { reason: "nothing listens there" } });
    await fake.listen();
    const other = connect({ model: "nope" });
    await eventually(() => other.status()).toMatchObject({ state: "unusable", error: { code: "engine_model", params: { models: "Qwen/Qwen3-VL-8B-Instruct" } } });
    fake.status = 401;
    const locked = connect();
    await eventually(() => locked.status()).toMatchObject({ state: "unusable", error: { code: "engine_key" } });
    fake.status = 200;
    await eventually(() => locked.status()).toMatchObject({ state: "ready" });
  });

  test("an engine that vanishes in the middle and comes back answers again", async () => {
    fake = await FakeEngine.start();
    const engine = connect({}, 10_000);
    fake.behaviour = async (response) => {
      begin(response);
      sayChunk(response, { content: "half" });
      await sleep(20);
      await fake.vanish();
    };
    expect(errorOf(await answer(engine))).toMatchObject({ code: "engine_lost" });
    await eventually(() => engine.status()).toMatchObject({ state: "away", error: { code: "engine_unreachable" } });
    const waiting = answer(engine);
    fake.behaviour = (response) => sayAll(response, ["back"]);
    await fake.listen();
    expect(textOf(await waiting)).toBe("back");
  });

  test("calls of tools without end are cut off as a text without end is", async () => {
    const part = "x".repeat(1024 * 1024);
    fake.behaviour = async (response) => {
      begin(response);
      while (!response.destroyed) {
        sayChunk(response, { tool_calls: [{ index: 0, function: { arguments: part } }] });
        await sleep(1);
      }
    };
    expect(errorOf(await answer(shared))).toMatchObject({ code: "engine_address" });
  });

  test("an answer that might not fit is asked for again, shorter", async () => {
    fake.behaviour = (response, { body }) => {
      if (body?.max_tokens === 96) sayAll(response, ["fits"], { finish_reason: "length" });
      else refuseWith(response, 400, "This model's maximum context length is 4096 tokens. However, you requested 8096 tokens (4000 in the messages, 4096 in the completion).");
    };
    const events = await answer(shared);
    expect(textOf(events)).toBe("fits");
    expect(events.at(-1)).toMatchObject({ reason: "context" });
  });
});

describe("texts before they are sent", () => {
  const count = (engine: RemoteEngine, texts: readonly string[]) => engine.countTokens(texts, new AbortController().signal);

  test("are counted by the engine, as they would be sent", async () => {
    fake.behaviour = (response, { body }) => void response.end(JSON.stringify({ count: String(body?.prompt).length, max_model_len: 8192 }));
    await eventually(() => shared.status().state).toBe("ready");
    expect(await count(shared, ["abc", "", "<|im_end|>"])).toEqual([3, 0, 11]);
    expect(fake.asked.map(({ path, body }) => [path, body])).toEqual(["abc", "<\u2060|im_end|>"].map((prompt) => ["/tokenize", { model: "Qwen/Qwen3-VL-8B-Instruct", prompt, add_special_tokens: false }]));
  });

  test.each<[string, (typeof fake)["behaviour"]]>([
    ["has no such address", (response) => refuseWith(response, 404, "Not Found")],
    ["answers with something else", (response) => void response.end('{"count":"many"}')],
    ["hangs up", (response) => void response.destroy()],
  ])("are not counted where the engine %s", async (_, behaviour) => {
    fake.behaviour = behaviour;
    await eventually(() => shared.status().state).toBe("ready");
    expect(await count(shared, ["abc"])).toBeUndefined();
  });

  test("are not counted by an engine that is known for nothing but OpenAI's protocol, or is away", async () => {
    fake = await FakeEngine.start();
    fake.models = { data: [{ id: "some-model" }] };
    const engine = connect({ backend: "openai" });
    expect(await count(engine, ["abc"])).toBeUndefined();
    await eventually(() => engine.status().state).toBe("ready");
    expect(await count(engine, ["abc"])).toBeUndefined();
    expect(fake.asked).toEqual([]);
  });
});

describe("media", () => {
  const urlsOf = (index = 0): string[] => [...JSON.stringify(fake.asked[index]?.body).matchAll(/"url":"([^"]*)"/g)].map(([, url = ""]) => url);
  const withMedia = (...content: unknown[]) => generationRequestSchema.parse({ messages: [{ role: "user", content: [...content, { type: "text", text: "?" }] }] });

  test("a picture goes as it is, unless its size is wished; a clip as the frames that are looked at", async () => {
    const engine = shared;
    const picture = { type: "image", image: join(samples, "photo.png") };
    await answer(engine, withMedia(picture, { ...picture, max_pixels: 20 * 1024 }, { type: "video", video: join(samples, "clip.mp4"), fps: 4 }));
    const [whole = "", fitted = "", clip = ""] = urlsOf();
    expect(whole).toMatch(/^data:image\/png;base64,/);
    expect(fitted).not.toBe(whole);
    expect(clip).toMatch(/^data:video\/mp4;base64,/);
    // Faster than vLLM's own two frames a second.
    expect(fake.asked[0]?.body).toMatchObject({ mm_processor_kwargs: { fps: 4 }, media_io_kwargs: { video: { fps: 4 } } });
  });

  test("an engine that takes no options of media is asked without them", async () => {
    fake.behaviour = (response, { body }) => {
      if (body !== undefined && "mm_processor_kwargs" in body) refuseWith(response, 400, "Per-request mm_processor_kwargs are disabled by default");
      else sayAll(response, ["fine"]);
    };
    expect(textOf(await answer(connect(), withMedia({ type: "video", video: join(samples, "clip.mp4"), fps: 4 })))).toBe("fine");
  });

  test("so it is asked without them for all questions that were on their way when it refused", async () => {
    let refuse = (): void => undefined;
    const allThere = new Promise<void>((resolve) => (refuse = resolve));
    fake.behaviour = async (response, { body }) => {
      if (body === undefined || !("mm_processor_kwargs" in body)) {
        sayAll(response, ["fine"]);
        return;
      }
      if (fake.asked.length === 2) refuse();
      await allThere;
      refuseWith(response, 400, "Per-request mm_processor_kwargs are disabled by default");
    };
    const engine = connect();
    const clip = withMedia({ type: "video", video: join(samples, "clip.mp4"), fps: 4 });
    expect((await Promise.all([answer(engine, clip), answer(engine, clip)])).map(textOf)).toEqual(["fine", "fine"]);
  });

  test("each kind of engine gets clips in its own form", async () => {
    fake = await FakeEngine.start();
    const clip = withMedia({ type: "video", video: join(samples, "clip.mp4"), nframes: 4 });
    await answer(connect({ backend: "dashscope", model: "qwen3-vl-plus" }), clip);
    expect(fake.asked[0]?.body).toMatchObject({ messages: [{ content: [{ type: "video", fps: expect.any(Number) as number }, { type: "text" }] }] });
    fake.models = { data: [{ id: "some-model" }] };
    await answer(connect({ backend: "openai" }), clip);
    expect(JSON.stringify(fake.asked[1]?.body)).toContain("<0.0 seconds>");
    expect(urlsOf(1)).toHaveLength(4);
    fake.models = { data: [{ id: "demo", owned_by: "qwen3-vl-web-demo" }] };
    await answer(connect({ backend: "openai" }), clip);
    expect(fake.asked[2]?.body).toMatchObject({ messages: [{ content: [{ type: "video_url", nframes: 4 }, { type: "text" }] }] });
  });

  test("by a link, the request holds no bytes, and the link ends with the answer", async () => {
    const engine = connect({ mediaUrlBase: "http://page.example:7860" });
    await answer(engine, withMedia({ type: "image", image: join(samples, "photo.png") }));
    expect(urlsOf()[0]).toMatch(/^http:\/\/page\.example:7860\/api\/media\/link\/[0-9a-f]{32}\/\d+\/[\w-]{43}$/);
    expect(JSON.stringify(fake.asked[0]?.body)).not.toContain(samples);
  });

  test("how far it is with them is told meanwhile", async () => {
    const events = await answer(shared, withMedia({ type: "image", image: join(samples, "photo.png"), max_pixels: 20 * 1024 }, { type: "image", image: join(samples, "nothing.png") }));
    expect(events.map((event) => (event.type === "phase" ? event.phase : event))).toMatchObject([{ name: "decoding", medium: 1, media: 2 }, { name: "decoding", medium: 2, media: 2 }, { type: "error", error: { code: "media_missing" } }]);
  });

  test("half a picture is refused here", async () => {
    await expect(shared.inspect({ path: join(samples, "nothing.png"), name: "n", kind: "image", poster: "" })).rejects.toMatchObject({ code: "media_missing" });
  });
});
