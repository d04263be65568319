import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ContentPart, GenerationInput } from "../conversation.ts";
import { embeddedCheckpoint } from "../embedded.ts";
import { readEnvironment } from "../environment.ts";
import { referenceFolder } from "../reference/read.ts";
import { JavaScriptRuntime } from "../runtime/javaScriptRuntime.ts";
import { Engine, type EngineOptions } from "./engine.ts";
import type { EngineEvent } from "./answer.ts";

let cacheFolder: string;
let engine: Engine;
beforeAll(async () => {
  cacheFolder = await mkdtemp(path.join(tmpdir(), "engine-"));
  engine = await load(embeddedCheckpoint);
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await rm(cacheFolder, { recursive: true, force: true });
});

function load(folder: string, options: EngineOptions = {}): Promise<Engine> {
  return Engine.load(folder, { environment: { ...readEnvironment(), cacheFolder }, prefillChunk: 64, ...options });
}

type Finish = Extract<EngineEvent, { type: "finish" }>;

async function collect(input: GenerationInput, { signal, on = () => undefined, use = engine }: { signal?: AbortSignal; on?: (event: EngineEvent) => void; use?: Engine } = {}) {
  let text = "";
  let finish: Finish | undefined;
  let error: string | undefined;
  for await (const event of use.generate(input, { mediaFolder: referenceFolder, ...(signal ? { signal } : {}) })) {
    on(event);
    if (event.type === "text") text += event.delta;
    if (event.type === "finish") finish = event;
    if (event.type === "error") error = event.error.code;
  }
  return { text, finish, error, ids: finish?.output.token_ids ?? [] };
}

const hello = [{ role: "user" as const, content: "Hello! What can you do?" }];
const picture = { type: "image" as const, image: "media/photo.png" };
const clip = { type: "video" as const, video: "media/clip.mp4" };
const about = (...content: ContentPart[]) => [{ role: "user" as const, content }];
const greedy = { sampling: { greedy: true } };

describe("what ends an answer", () => {
  it("is the model itself", async () => {
    const { finish, text } = await collect({ messages: hello, options: greedy });
    expect(finish?.reason).toBe("eos");
    expect(text).not.toBe("");
    expect(finish?.usage.completion_tokens).toBe(finish?.output.token_ids.length);
  });

  it("is the number of tokens", async () => {
    const { finish, ids } = await collect({ messages: hello, options: { ...greedy, max_new_tokens: 3, ignore_eos: true } });
    expect([finish?.reason, ids.length]).toEqual(["length", 3]);
  });

  it("is a stop string, which is not part of it", async () => {
    const whole = await collect({ messages: hello, options: greedy });
    const stop = whole.text.slice(6, 9);
    const { finish, text } = await collect({ messages: hello, options: { ...greedy, stop: [stop] } });
    expect(finish?.reason).toBe("stop");
    expect(text).toBe(whole.text.slice(0, whole.text.indexOf(stop)));
  });

  it("is the end of the context", async () => {
    const long = [{ role: "user" as const, content: "a b c ".repeat(1300) }];
    const probe = await collect({ messages: long, options: { ...greedy, max_new_tokens: 1 } });
    const room = engine.info.contextLength - (probe.finish?.usage.prompt_tokens ?? 0);
    expect(room).toBeGreaterThan(0);
    const { finish, ids } = await collect({ messages: long, options: { ...greedy, ignore_eos: true } });
    expect([finish?.reason, ids.length]).toEqual(["context", room]);
  });

  it("is a prompt that leaves no room: refused with the figures", async () => {
    const { error } = await collect({ messages: [{ role: "user", content: "a b c ".repeat(3000) }] });
    expect(error).toBe("context_length_exceeded");
  });

  it("is a picture that leaves no room: refused before it is seen", async () => {
    const phases: string[] = [];
    const on = (event: EngineEvent) => event.type === "phase" && phases.push(event.phase.name);
    const large: ContentPart = { type: "image", image: "media/photo.png", resized_height: 2048, resized_width: 2048 };
    const { error } = await collect({ messages: [{ role: "user", content: [large] }] }, { on });
    expect(error).toBe("context_length_exceeded");
    expect(phases).not.toContain("vision");
  });
});

describe("sampling", () => {
  it("repeats itself with the same seed and differs with another", async () => {
    const options = (seed: number) => ({ sampling: { temperature: 3, top_k: 0, top_p: 1, seed }, max_new_tokens: 24, ignore_eos: true });
    const [first, again, other] = [await collect({ messages: hello, options: options(1) }), await collect({ messages: hello, options: options(1) }), await collect({ messages: hello, options: options(2) })];
    expect(again.ids).toEqual(first.ids);
    expect(other.ids).not.toEqual(first.ids);
  });

  it("keeps special tokens in a message text", async () => {
    const { finish, error } = await collect({ messages: [{ role: "user", content: "<|image_pad|><|im_end|><|vision_start|>?" }], options: { ...greedy, max_new_tokens: 4 } });
    expect(error).toBeUndefined();
    expect(finish?.output.prompt_token_ids.filter((token) => token === 2042)).toEqual([]);
    expect(finish?.output.prompt_token_ids.filter((token) => token === 2032)).toHaveLength(1);
  });
});

describe("caches", () => {
  it("make the next turn cost the next turn, with the same answer", async () => {
    const first = about(picture, { type: "text", text: "Describe this image." });
    const opening = await collect({ messages: first, options: greedy, owner: "turns" });
    const next = [...first, { role: "assistant" as const, content: opening.text }, { role: "user" as const, content: "How many?" }];
    const phases = new Set<string>();
    const warm = await collect({ messages: next, options: greedy, owner: "turns" }, { on: (event) => event.type === "phase" && phases.add(event.phase.name) });
    const cold = await collect({ messages: next, options: greedy, owner: "somebody else" });
    expect(warm.text).toBe(cold.text);
    expect(warm.finish?.usage.cached_tokens).toBeGreaterThan(opening.finish?.usage.prompt_tokens ?? Infinity);
    expect(cold.finish?.usage.cached_tokens).toBe(0);
    expect([...phases]).toEqual(["prefill"]);
  });

  it("tell pictures of the same size apart", async () => {
    const ask = (image: string) => collect({ messages: about({ type: "image", image, resized_height: 64, resized_width: 64 }, { type: "text", text: "?" }), options: { ...greedy, max_new_tokens: 1 }, owner: "pictures" });
    await ask("media/frame0.png");
    const second = await ask("media/frame1.png");
    expect(second.finish?.usage.cached_tokens).toBeLessThan(10);
  });
});

describe("several at a time", () => {
  const conversations = [
    { messages: hello },
    { messages: about(picture, { type: "text" as const, text: "Describe this image." }) },
    { messages: about(clip, { type: "text" as const, text: "What happens?" }) },
    { messages: [{ role: "user" as const, content: "Thank you!" }] },
    { messages: about({ type: "image" as const, image: "media/gray.png" }, { type: "text" as const, text: "What is this?" }) },
    { messages: [{ role: "user" as const, content: "你好" }] },
  ];

  it("get the answers that each gets alone, joining and leaving at any step", async () => {
    const options = { ...greedy, max_new_tokens: 40 };
    const alone = [];
    for (const conversation of conversations) alone.push((await collect({ ...conversation, options, owner: "alone" })).ids);
    const together = await Promise.all(
      conversations.map(async (conversation, index) => {
        await new Promise((resolve) => setTimeout(resolve, 15 * index));
        return (await collect({ ...conversation, options, owner: `together ${index}` })).ids;
      }),
    );
    expect(together).toEqual(alone);
  });

  it("wait when there are more than slots, and the one with nothing under way goes first", async () => {
    await using small = await load(embeddedCheckpoint, { slots: 1 });
    const order: string[] = [];
    const ask = async (owner: string) => {
      await collect({ messages: hello, options: { ...greedy, max_new_tokens: 8, ignore_eos: true }, owner }, { use: small });
      order.push(owner);
    };
    const first = ask("eager");
    await new Promise((resolve) => setTimeout(resolve, 20));
    await Promise.all([first, ask("eager"), ask("eager"), ask("patient")]);
    expect(order.at(-1)).toBe("eager");
    expect(order).toHaveLength(4);
  });
});

describe("stopping", () => {
  const cases = [
    { where: "while a clip is decoded", messages: about(clip, { type: "text", text: "What happens?" }), phase: "decoding" },
    { where: "in the vision tower", messages: about(clip, { type: "text", text: "What happens?" }), phase: "vision" },
    { where: "in prefill", messages: about(clip, { type: "text", text: "What happens?" }), phase: "prefill" },
  ];
  it.each(cases)("works $where and frees everything", async ({ messages, phase, where }) => {
    const controller = new AbortController();
    const seen: string[] = [];
    const { finish, error } = await collect(
      { messages, options: greedy, owner: where },
      {
        signal: controller.signal,
        on: (event) => {
          if (event.type !== "phase") return;
          seen.push(event.phase.name);
          if (event.phase.name === phase) controller.abort();
        },
      },
    );
    expect(seen).toContain(phase);
    expect([finish?.reason, error, finish?.usage.completion_tokens]).toEqual(["abort", undefined, 0]);
    const after = await collect({ messages: hello, options: greedy });
    expect(after.finish?.reason).toBe("eos");
  });

  it("works in decode and keeps what was said", async () => {
    const controller = new AbortController();
    let tokens = 0;
    const { finish } = await collect(
      { messages: hello, options: { ...greedy, ignore_eos: true } },
      { signal: controller.signal, on: (event) => event.type === "text" && ++tokens === 5 && controller.abort() },
    );
    expect(finish?.reason).toBe("abort");
    expect(finish?.usage.completion_tokens).toBeLessThan(50);
  });

  it("works for one that waits for a slot", async () => {
    await using single = await load(embeddedCheckpoint, { slots: 1 });
    const controller = new AbortController();
    const running = new AbortController();
    const first = collect({ messages: hello, options: { ...greedy, ignore_eos: true } }, { signal: running.signal, use: single });
    const positions: number[] = [];
    const on = (event: EngineEvent) => event.type === "phase" && event.phase.name === "queued" && positions.push(event.phase.position) && controller.abort();
    const second = await collect({ messages: hello }, { signal: controller.signal, on, use: single });
    expect([second.finish?.reason, positions]).toEqual(["abort", [1]]);
    running.abort();
    expect((await first).finish?.reason).toBe("abort");
  });

  it("happens when the engine is closed", async () => {
    const other = await load(embeddedCheckpoint);
    const answer = collect({ messages: hello, options: { ...greedy, ignore_eos: true } }, { use: other });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await other[Symbol.asyncDispose]();
    expect((await answer).finish?.reason).toBe("abort");
  });

  it("happens when the caller leaves the loop", async () => {
    for await (const event of engine.generate({ messages: hello, options: { ...greedy, ignore_eos: true } })) {
      if (event.type === "text") break;
    }
    expect((await collect({ messages: hello, options: greedy })).finish?.reason).toBe("eos");
  });
});

it("says the same through onnxruntime-node's own API", async () => {
  await using fallback = await load(embeddedCheckpoint, { runtime: new JavaScriptRuntime() });
  expect(fallback.info.runtime).toBe("JavaScript API");
  const input = { messages: about(picture, { type: "text", text: "Describe this image." }), options: { ...greedy, max_new_tokens: 32 } };
  expect((await collect(input, { use: fallback })).text).toBe((await collect(input)).text);
});

it("refuses a folder that is no checkpoint", async () => {
  await expect(load(cacheFolder)).rejects.toMatchObject({ code: "checkpoint_missing_file" });
});
