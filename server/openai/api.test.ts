import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { eventually, TestServer, tinyPng } from "../testing/harness.ts";

/** The API before the model: what is taken, what is refused and how, and what comes of an answer. The stand-in repeats what it is told. */

const errorSchema = z.strictObject({ error: z.strictObject({ message: z.string(), type: z.string(), code: z.string(), param: z.string().nullable() }) });
const answerSchema = z.object({
  choices: z.tuple([
    z.object({
      finish_reason: z.string(),
      message: z.object({
        content: z.string().nullable(),
        reasoning_content: z.string().optional(),
        tool_calls: z.array(z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) })).optional(),
      }),
    }),
  ]),
});

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
  while ((await fetch(`${server.origin}/readyz`)).status !== 200) await sleep(20);
});
afterAll(() => server[Symbol.asyncDispose]());

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return fetch(`${server.origin}/v1/chat/completions`, { method: "POST", body: text, headers: { "Content-Type": "application/json", ...headers } });
}

const user = (content: unknown) => ({ messages: [{ role: "user", content }] });
const ask = (more: Record<string, unknown> = {}) => ({ ...user("Hello"), ...more });
const picture = `data:image/png;base64,${Buffer.from(tinyPng()).toString("base64")}`;
const showing = (url: unknown) => user([{ type: "image_url", image_url: { url } }, { type: "text", text: "Hello" }]);

async function refused(body: unknown): Promise<{ status: number; code: string; param: string | null; message: string }> {
  const response = await post(body);
  const { error } = errorSchema.parse(await response.json());
  expect(error.message).not.toMatch(/\/(?:tmp|home|work|root)|0x[0-9a-f]|node_modules|\bat \w+ \(/);
  return { status: response.status, ...error };
}

async function answered(body: unknown): Promise<z.infer<typeof answerSchema>["choices"][0]> {
  const response = await post(body);
  expect(response.status).toBe(200);
  return answerSchema.parse(await response.json()).choices[0];
}

describe("bodies that are none", () => {
  test.each([
    ["an empty one", "", null],
    ["a word", "hello", null],
    ["null", null, null],
    ["a list", [], null],
    ["a text", JSON.stringify("x"), null],
    ["a number", "1", null],
    ["half an object", '{"messages": [', null],
    ["nothing", {}, "messages"],
    ["no messages", { messages: [] }, "messages"],
    ["messages that are null", { messages: null }, "messages"],
    ["a message that is null", { messages: [null] }, "messages[0]"],
    ["a message without role", { messages: [{ content: "x" }] }, "messages[0].role"],
    ["another role", { messages: [{ role: "robot", content: "x" }] }, "messages[0].role"],
    ["a message without content", { messages: [{ role: "user" }] }, "messages[0].content"],
    ["content that is a number", user(1), "messages[0].content"],
    ["a part without type", user([{ text: "x" }]), "messages[0].content[0].type"],
    ["another part", user([{ type: "input_audio", input_audio: {} }]), "messages[0].content[0].type"],
    ["a picture in an answer", { messages: [{ role: "assistant", content: [{ type: "image_url", image_url: { url: picture } }] }] }, "messages[0].content[0].type"],
    ["a picture without address", user([{ type: "image_url", image_url: {} }]), "messages[0].content[0].image_url.url"],
    ["a call without a function", { messages: [{ role: "assistant", tool_calls: [{ id: "1", type: "function" }] }] }, "messages[0].tool_calls[0].function"],
    ["arguments that are no JSON", { messages: [{ role: "assistant", tool_calls: [{ id: "1", type: "function", function: { name: "a", arguments: "{" } }] }] }, "messages[0].tool_calls[0].function.arguments"],
    ["an empty answer", { messages: [{ role: "assistant" }] }, "messages[0].content"],
  ])("%s", async (_, body, param) => {
    expect(await refused(body)).toMatchObject({ status: 400, param });
  });

  test("what is nested a hundred thousand levels deep", async () => {
    expect(await refused(`{"messages":${"[".repeat(100_000)}`)).toMatchObject({ status: 400 });
  });

  test("what is no UTF-8", async () => {
    const response = await fetch(`${server.origin}/v1/chat/completions`, { method: "POST", body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]), headers: { "Content-Type": "application/json" } });
    expect(response.status).toBe(400);
  });

  test("another type, and one that is compressed", async () => {
    expect((await post(ask(), { "Content-Type": "text/plain" })).status).toBe(415);
    expect((await post(ask(), { "Content-Encoding": "gzip" })).status).toBe(415);
  });

  test("more text than a MiB, and more than 32 with pictures", async () => {
    expect(await refused(user("x".repeat(1_100_000)))).toMatchObject({ status: 413, code: "request_too_large" });
    expect(await refused(showing(`data:image/png;base64,${"A".repeat(33 * 1024 * 1024)}`))).toMatchObject({ status: 413 });
  });

  test("keys that mean something to JavaScript do nothing", async () => {
    const { message } = await answered('{"messages":[{"role":"user","content":"Hello","__proto__":{"role":"system"}}],"__proto__":{"n":3},"constructor":1}');
    expect(message.content).toBe("Hello");
  });
});

describe("parameters that are refused, each by its name", () => {
  test.each<[string, unknown]>([
    ["n", 2], ["n", 1e9], ["n", -1], ["best_of", 5],
    ["max_tokens", 0], ["max_tokens", -1], ["max_tokens", 1.5], ["max_tokens", "10"], ["max_completion_tokens", 0],
    ["temperature", -0.1], ["temperature", 2.1], ["temperature", "hot"], ["temperature", true], ["temperature", 1e308],
    ["top_p", -1], ["top_p", 1.01], ["top_p", []], ["top_k", 1.5], ["top_k", -2], ["top_k", "a"], ["min_p", 2], ["min_p", -1],
    ["presence_penalty", 2.5], ["presence_penalty", -3], ["frequency_penalty", 3], ["frequency_penalty", {}], ["repetition_penalty", 0], ["repetition_penalty", -1],
    ["seed", 1.5], ["seed", "1"], ["seed", 1e300], ["stream", "yes"], ["stream", 1],
    ["stop", ""], ["stop", [""]], ["stop", ["a", "b", "c", "d", "e"]], ["stop", 5], ["stop", "x".repeat(300)],
    ["logprobs", 3], ["top_logprobs", 2], ["logit_bias", { 99999999: 1 }], ["logit_bias", { a: 1 }], ["logit_bias", { 1: 101 }], ["logit_bias", { "-1": 1 }], ["logit_bias", []],
    ["response_format", { type: "json_object" }], ["response_format", { type: "json_schema", json_schema: {} }],
    ["tool_choice", "required"], ["tool_choice", { type: "function", function: { name: "a" } }],
    ["tools", [{ type: "function" }]], ["tools", [{ type: "function", function: { name: "a b" } }]], ["tools", [{ type: "function", function: { name: "a", parameters: { type: "array" } } }]],
    ["tools", [{ type: "function", function: { name: "a", parameters: { type: "object", properties: { b: { type: "string", pattern: "(" } } } } }]],
    ["functions", [{ name: "a" }]], ["function_call", "auto"], ["guided_json", {}], ["guided_regex", "a"], ["structured_outputs", { json: {} }],
    ["chat_template", "{{ x }}"], ["chat_template_kwargs", { a: 1 }], ["prompt_embeds", "x"], ["image_embeds", [1]], ["audio", { voice: "a" }], ["modalities", ["audio"]],
    ["stop_token_ids", [1]], ["stream_options", { include_usage: true }], ["mm_processor_kwargs", { fps: -1 }], ["mm_processor_kwargs", { max_pixels: 0 }], ["model", 5],
  ])("%s: %j", async (name, value) => {
    const { status, param } = await refused(ask({ [name]: value }));
    expect({ status, name: param?.split(/[.[]/, 1)[0] }).toEqual({ status: 400, name });
  });

  test("another model", async () => {
    expect(await refused(ask({ model: "gpt-9" }))).toMatchObject({ status: 404, code: "model_not_found", param: "model" });
  });

  test.each<[string, unknown]>([
    ["temperature", 0], ["top_p", 0], ["top_p", 1], ["top_k", -1], ["seed", -5], ["n", 1], ["max_tokens", 1e12], ["stop", []], ["stop", ["a", "b"]],
    ["response_format", { type: "text" }], ["tool_choice", "auto"], ["user", "me"], ["store", true], ["metadata", { a: "b" }], ["service_tier", "auto"], ["logprobs", false],
    ["parallel_tool_calls", true], ["mm_processor_kwargs", { max_pixels: 1e12, fps: 1 }], ["something_new", { a: [1] }], ["logit_bias", null], ["tools", []],
  ])("while %s: %j is taken", async (name, value) => {
    expect((await answered(ask({ [name]: value }))).message.content).toBe("Hello");
  });
});

describe("addresses of media", () => {
  test.each([
    "file:///etc/passwd", "/etc/passwd", "etc/passwd", "ftp://example.com/a.png", "gopher://example.com", "concat:/etc/passwd", "data:text/html;base64,aGk=",
    "data:image/png,abc", "javascript:alert(1)", "", " ",
  ])("%j is none", async (url) => {
    expect(await refused(showing(url))).toMatchObject({ status: 400 });
  });

  test("of this machine's network are not fetched", async () => {
    expect(await refused(showing("http://127.0.0.1:1/a.png"))).toMatchObject({ status: 403, code: "url_not_allowed", param: "messages[0].content[0].image_url.url" });
  });

  test("an upload is the caller's own, or nothing", async () => {
    expect(await refused(showing("f".repeat(64)))).toMatchObject({ status: 404, code: "media_missing" });
  });

  test("ten thousand are refused before the first is fetched", async () => {
    const parts = Array.from({ length: 5000 }, (_, index) => ({ type: "image_url", image_url: { url: `https://example.com/${index}` } }));
    expect(await refused(user(parts))).toMatchObject({ status: 400, code: "too_many_media" });
  });

  test("a clip of five thousand pictures is refused before one is decoded", async () => {
    const url = `data:video/jpeg;base64,${"AAAA,".repeat(5000)}AAAA`;
    expect(await refused(user([{ type: "video_url", video_url: { url } }]))).toMatchObject({ status: 422, code: "video_too_many_frames" });
  });

  test("within text they are text", async () => {
    const text = "![](https://example.com/big.png)";
    expect((await answered(user(text))).message.content).toBe(text);
  });

  test("what came with a request is gone after it", async () => {
    await answered(showing(picture));
    await eventually(() => server.storedFiles()).toEqual([]);
  });
});

describe("answers", () => {
  const tools = [{ type: "function", function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } } }];
  const call = '<tool_call>\n{"name": "weather", "arguments": {"city": "Köln"}}\n</tool_call>';

  test("calls of tools are told from text", async () => {
    const { message, finish_reason: reason } = await answered({ ...user(`Let me look.\n${call}`), tools });
    expect(reason).toBe("tool_calls");
    expect(message.content).toBe("Let me look.");
    expect(message.tool_calls?.map(({ function: called }) => called)).toEqual([{ name: "weather", arguments: '{"city": "Köln"}' }]);
    expect((await answered(user(call))).message).toMatchObject({ content: call });
  });

  test("thoughts are told from answers", async () => {
    expect((await answered(user("<think>\nwell\n</think>\n\nYes."))).message).toMatchObject({ content: "Yes.", reasoning_content: "well" });
  });

  test("a stream ends with the reason, the usage and [DONE]", async () => {
    const response = await post({ ...user(call), tools, stream: true, stream_options: { include_usage: true } });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const lines = (await response.text()).split("\n\n").filter((line) => line.startsWith("data: ")).map((line) => line.slice(6));
    expect(lines.at(-1)).toBe("[DONE]");
    const chunk = z.object({ choices: z.array(z.object({ delta: z.object({ tool_calls: z.array(z.object({ function: z.object({ arguments: z.string() }) })).optional() }), finish_reason: z.string().nullable() })), usage: z.object({ total_tokens: z.number() }).nullable() });
    const chunks = lines.slice(0, -1).map((line) => chunk.parse(JSON.parse(line)));
    expect(chunks.flatMap(({ choices }) => choices.flatMap(({ delta }) => delta.tool_calls?.map(({ function: called }) => called.arguments) ?? [])).join("")).toBe('{"city": "Köln"}');
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("tool_calls");
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) as number } });
  });

  test.each([true, false])("whose reader goes are stopped (stream: %s)", async (stream) => {
    const leave = new AbortController();
    const body = JSON.stringify({ ...user("say 2000"), stream });
    const response = fetch(`${server.origin}/v1/chat/completions`, { method: "POST", body, headers: { "Content-Type": "application/json" }, signal: leave.signal });
    await eventually(() => server.health()).toMatchObject({ active: 1 });
    leave.abort();
    await expect(response.then((found) => found.text())).rejects.toThrow();
    await eventually(() => server.health()).toMatchObject({ active: 0 });
  });

  test("a worker that dies is said with a status of its own", async () => {
    expect(await refused(user("crash"))).toMatchObject({ status: 503 });
    await eventually(() => server.engine.status().state).toBe("ready");
  });
});

describe("models", () => {
  test("the one that is served, by its name and in a list", async () => {
    const list = z.object({ data: z.array(z.object({ id: z.string() })) }).parse(await (await fetch(`${server.origin}/v1/models`)).json());
    const [model] = list.data;
    expect(await (await fetch(`${server.origin}/v1/models/${model?.id ?? ""}`)).json()).toMatchObject({ id: model?.id, object: "model" });
    expect((await fetch(`${server.origin}/v1/models/another`)).status).toBe(404);
  });
});
