import { readFile } from "node:fs/promises";
import { join } from "node:path";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { projectRoot } from "../config.ts";
import { eventually, TestServer } from "../testing/harness.ts";

/** OpenAI's own client for Node.js, as it comes, against the real server with the embedded model. */

const media = join(projectRoot, "inference", "reference", "media");

let server: TestServer;
let client: OpenAI;
let picture: string;
let clip: string;
beforeAll(async () => {
  server = await TestServer.start({ worker: join(projectRoot, "inference", "worker.ts"), checkpoint: join(projectRoot, "models", "demo") });
  await server.ready(); // else the client would wait for seconds before it tries again
  client = new OpenAI({ baseURL: `${server.origin}/v1`, apiKey: "none" });
  picture = `data:image/png;base64,${await readFile(join(media, "photo.png"), "base64")}`;
  clip = `data:video/mp4;base64,${await readFile(join(media, "clip.mp4"), "base64")}`;
});
afterAll(() => server[Symbol.asyncDispose]());

const ask = (text: string): OpenAI.ChatCompletionMessageParam[] => [{ role: "user", content: text }];

test("models are listed and described; another is unknown", async () => {
  const [model] = (await client.models.list()).data;
  expect(model).toMatchObject({ id: "demo", object: "model" });
  expect(await client.models.retrieve("demo")).toEqual(model);
  await expect(client.models.retrieve("gpt-4o")).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  await expect(client.chat.completions.create({ model: "gpt-4o", messages: ask("Hi") })).rejects.toMatchObject({ status: 404, code: "model_not_found", param: "model" });
});

test("text is answered, the same whole and streamed, with usage", async () => {
  const request = { model: "demo", messages: ask("What can you do?"), temperature: 0, max_completion_tokens: 24 } as const;
  const whole = await client.chat.completions.create(request);
  expect(whole.choices[0]?.message).toMatchObject({ role: "assistant" });
  expect(whole.usage?.total_tokens).toBe((whole.usage?.prompt_tokens ?? 0) + (whole.usage?.completion_tokens ?? 0));
  let text = "";
  let usage: unknown;
  let reason: string | null = null;
  for await (const chunk of await client.chat.completions.create({ ...request, stream: true, stream_options: { include_usage: true } })) {
    text += chunk.choices[0]?.delta.content ?? "";
    reason = chunk.choices[0]?.finish_reason ?? reason;
    usage = chunk.usage ?? usage;
  }
  expect(text).toBe(whole.choices[0]?.message.content);
  expect(text).not.toBe("");
  expect(reason).toBe(whole.choices[0]?.finish_reason);
  expect(usage).toMatchObject({ completion_tokens: whole.usage?.completion_tokens });
});

test("a picture and a clip as data URLs are seen, counted, and gone afterwards", async () => {
  const seen = await client.chat.completions.create({
    model: "demo",
    max_completion_tokens: 24,
    messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: picture, detail: "auto" } }, { type: "text", text: "What is in the picture?" }] }],
  });
  expect(seen.usage?.prompt_tokens_details).toMatchObject({ video_tokens: 0 });
  expect(Reflect.get(seen.usage?.prompt_tokens_details ?? {}, "image_tokens")).toBeGreaterThan(0);
  const part: unknown = { type: "video_url", video_url: { url: clip }, nframes: 4 };
  const watched = await client.chat.completions.create({
    model: "demo",
    max_completion_tokens: 24,
    messages: [{ role: "user", content: [part as OpenAI.ChatCompletionContentPart, { type: "text", text: "What happens?" }] }],
  });
  expect(Reflect.get(watched.usage?.prompt_tokens_details ?? {}, "video_tokens")).toBeGreaterThan(0);
  await eventually(() => server.storedFiles()).toEqual([]);
});

describe("what the model is given", () => {
  const tokensWith = async (options: Record<string, unknown>, part: Record<string, unknown> = {}): Promise<number> => {
    const content: unknown = [{ type: "image_url", image_url: { url: picture }, ...part }, { type: "text", text: "?" }];
    const messages = [{ role: "user", content }] as OpenAI.ChatCompletionMessageParam[];
    const { usage } = await client.chat.completions.create({ model: "demo", max_completion_tokens: 1, messages, ...options });
    return Number(Reflect.get(usage?.prompt_tokens_details ?? {}, "image_tokens"));
  };

  test("pixel options of vLLM and of Qwen have the same effect, and are bounded", async () => {
    const usual = await tokensWith({});
    const small = await tokensWith({ mm_processor_kwargs: { max_pixels: 8192 } });
    expect(small).toBeLessThan(usual);
    expect(await tokensWith({}, { max_pixels: 8192 })).toBe(small);
    expect(await tokensWith({ mm_processor_kwargs: { size: { shortest_edge: 1024, longest_edge: 8192 } } })).toBe(small);
    expect(await tokensWith({ mm_processor_kwargs: { max_pixels: 1e12 } })).toBeGreaterThan(0);
  });
});

test("log probabilities are real, and a bias changes what is chosen", async () => {
  const request = { model: "demo", messages: ask("What can you do?"), temperature: 0, max_completion_tokens: 4, logprobs: true, top_logprobs: 3 } as const;
  const answer = await client.chat.completions.create(request);
  const tokens = answer.choices[0]?.logprobs?.content ?? [];
  expect(tokens.map(({ token }) => token).join("")).toBe(answer.choices[0]?.message.content);
  for (const { token, logprob, top_logprobs: top } of tokens) {
    expect(top).toHaveLength(3);
    expect(top[0]).toMatchObject({ token, logprob });
    const sum = top.reduce((total, one) => total + Math.exp(one.logprob), 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThanOrEqual(1.000001);
  }
  const streamed: number[] = [];
  for await (const chunk of await client.chat.completions.create({ ...request, stream: true })) streamed.push(...(chunk.choices[0]?.logprobs?.content ?? []).map(({ logprob }) => logprob));
  expect(streamed).toEqual(tokens.map(({ logprob }) => logprob));
  const biased = await client.chat.completions.create({ ...request, logit_bias: { 40: 100 } });
  const chosen = biased.choices[0]?.logprobs?.content?.map(({ token }) => token) ?? [];
  expect(new Set(chosen).size).toBe(1);
  expect(chosen[0]).not.toBe(tokens[0]?.token);
});

test("the same seed gives the same answer, a stop string ends it", async () => {
  const request = { model: "demo", messages: ask("Tell me something."), temperature: 1.5, seed: -7, max_completion_tokens: 16 } as const;
  const [first, second] = [await client.chat.completions.create(request), await client.chat.completions.create(request)];
  const text = first.choices[0]?.message.content ?? "";
  expect(second.choices[0]?.message.content).toBe(text);
  const stop = text.slice(2, 4);
  const stopped = await client.chat.completions.create({ ...request, stop });
  expect(stopped.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: text.slice(0, text.indexOf(stop)) } });
});

test("faults become the client's exceptions", async () => {
  const messages = ask("Hi");
  await expect(client.chat.completions.create({ model: "demo", messages, n: 2 })).rejects.toMatchObject({ constructor: OpenAI.BadRequestError, code: "unsupported_parameter", param: "n" });
  await expect(client.chat.completions.create({ model: "demo", messages: ask("word ".repeat(20_000)) })).rejects.toMatchObject({ status: 400, code: "context_length_exceeded" });
  const broken = [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }] }] as OpenAI.ChatCompletionMessageParam[];
  await expect(client.chat.completions.create({ model: "demo", messages: broken })).rejects.toMatchObject({
    constructor: OpenAI.UnprocessableEntityError,
    code: "image_corrupt",
    param: "messages[0].content[0].image_url.url",
  });
  const own = [{ role: "user", content: [{ type: "image_url", image_url: { url: `http://127.0.0.1:${server.port}/healthz` } }] }] as OpenAI.ChatCompletionMessageParam[];
  await expect(client.chat.completions.create({ model: "demo", messages: own })).rejects.toBeInstanceOf(OpenAI.PermissionDeniedError);
});

describe("tools", () => {
  const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
  const weather = { name: "weather", description: "The weather in a city.", parameters };
  const call = '<tool_call>\n{"name": "weather", "arguments": {"city": "Köln"}}\n</tool_call>';

  // A stand-in for the model repeats what was said last: the question, which is a call, and then what the tool answered.
  test.each([false, true])("the client calls what the model asks for, and the model answers with what it gave (streamed: %s)", async (stream) => {
    await using repeating = await TestServer.start();
    await repeating.ready();
    const asking = new OpenAI({ baseURL: `${repeating.origin}/v1`, apiKey: "none" });
    const cities: unknown[] = [];
    const tell = (values: unknown): string => {
      cities.push(values);
      return "21 °C, a light wind";
    };
    const tool = { type: "function", function: { ...weather, function: tell, parse: (text: string): unknown => JSON.parse(text) } } as const;
    const request = { model: "default", messages: ask(`Let me look.\n${call}`), tools: [tool] };
    const runner = stream ? asking.chat.completions.runTools({ ...request, stream }) : asking.chat.completions.runTools(request);
    expect(await runner.finalContent()).toBe("21 °C, a light wind");
    expect(cities).toEqual([{ city: "Köln" }]);
    const [, called, told] = runner.messages;
    expect(called).toMatchObject({ role: "assistant", content: "Let me look.", tool_calls: [{ type: "function", function: { name: "weather" } }] });
    expect(told).toMatchObject({ role: "tool", tool_call_id: called && "tool_calls" in called ? called.tool_calls[0]?.id : "none" });
  });

  test("the embedded model reads the tools, the call and what it gave", async () => {
    const tokensOf = async (messages: OpenAI.ChatCompletionMessageParam[], tools: OpenAI.ChatCompletionTool[] = []): Promise<number> => {
      const { choices, usage } = await client.chat.completions.create({ model: "demo", messages, tools, max_completion_tokens: 4 });
      expect(choices[0]?.message.role).toBe("assistant");
      return usage?.prompt_tokens ?? 0;
    };
    const question = ask("How is the weather in Köln?");
    const calls = [{ id: "call_1", type: "function", function: { name: "weather", arguments: '{"city": "Köln"}' } }] as const;
    const called: OpenAI.ChatCompletionMessageParam = { role: "assistant", content: null, tool_calls: [...calls] };
    const told: OpenAI.ChatCompletionMessageParam = { role: "tool", tool_call_id: "call_1", content: "21 °C, a light wind" };
    const tools: OpenAI.ChatCompletionTool[] = [{ type: "function", function: weather }];
    const [alone, offered, after] = [await tokensOf(question), await tokensOf(question, tools), await tokensOf([...question, called, told], tools)];
    expect(offered).toBeGreaterThan(alone);
    expect(after - offered).toBeGreaterThan(await tokensOf([...question, { role: "assistant", content: call }, { role: "user", content: "" }]) - alone);
  });
});

test("an aborted stream stops the work", async () => {
  const stream = await client.chat.completions.create({ model: "demo", messages: ask("What can you do?"), stream: true, logit_bias: { 40: 100 }, max_completion_tokens: 2000 });
  for await (const chunk of stream) if (chunk.choices.length > 0) break;
  await eventually(() => server.health()).toMatchObject({ active: 0, queued: 0 });
});
