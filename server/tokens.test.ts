import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { draftUse, pastUse, textsToCount, type UsedTurn } from "../components/settings/cost.ts";
import { toRequest } from "../components/settings/request.ts";
import { defaultSettings, type ConversationSettings } from "../components/settings/settings.ts";
import { projectRoot } from "./config.ts";
import { httpErrorSchema, tokensReplySchema, uploadedMediaSchema, type UploadedMedia } from "./protocol.ts";
import { TestPage, TestServer } from "./testing/harness.ts";

let server: TestServer;
let cookie: string;
beforeAll(async () => {
  server = await TestServer.start({ worker: join(projectRoot, "inference", "worker.ts"), checkpoint: join(projectRoot, "models", "demo") });
  cookie = await server.visit();
  await counts([]); // it waits until the engine is ready
});
afterAll(() => server[Symbol.asyncDispose]());

const post = (body: unknown): Promise<Response> =>
  server.fetch("/api/tokens", cookie, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

async function counts(texts: readonly string[]): Promise<number[]> {
  const response = await post({ texts });
  expect(response.status).toBe(200);
  return tokensReplySchema.parse(await response.json()).counts ?? [];
}

/** What the page says before it sends, and what the engine then counts. */
async function compare(turns: readonly UsedTurn[], draft: Extract<UsedTurn, { role: "user" }>, settings: ConversationSettings) {
  const status = server.engine.status();
  const rules = status.state === "ready" ? status.info.media : undefined;
  const texts = textsToCount(turns, draft, settings);
  const found = new Map((await counts(texts)).map((count, index) => [texts[index] ?? "", count]));
  const context = { settings, rules, counted: (text: string) => found.get(text) };
  const { words, media, count } = pastUse(turns, context);
  const { draftWords, draftMedia } = draftUse(draft, count, context);
  await using page = await TestPage.open(server, cookie);
  const run = randomUUID();
  page.send({ type: "generate", run, ...toRequest([...turns, draft], settings, rules) });
  const end = await page.end(run);
  if (end.type !== "finish") throw new Error(`It ended with ${end.type}`);
  const answer: UsedTurn = { role: "assistant", text: page.text(run), usage: end.usage, reason: end.reason };
  return { said: words + media + draftWords + draftMedia, counted: end.usage.prompt_tokens, answer };
}

const question = (text: string, media: readonly UploadedMedia[] = []) => ({ role: "user", text, media }) as const;
const greedy = { ...defaultSettings, sampling: { greedy: true }, maxNewTokens: 20, systemPrompt: "You are a careful assistant.\nAnswer briefly.", addVisionId: true };

test("what the page says before sending is what the engine counts", async () => {
  const bytes = new Uint8Array(await readFile(join(projectRoot, "inference", "reference", "media", "photo.png")));
  const photo = uploadedMediaSchema.parse(await (await server.upload(cookie, bytes, "photo.png")).json());
  const asked = question("What is this?\n\n你好 <|im_end|> 12.5 kg", [photo]);
  const first = await compare([], asked, greedy);
  expect(first.said).toBe(first.counted);
  const second = await compare([asked, first.answer], question("And why?"), greedy);
  expect(second.said).toBe(second.counted);
  const long = await compare([asked, first.answer], question("And why?"), { ...greedy, maxNewTokens: 500 });
  expect(long.answer).toMatchObject({ reason: "eos" });
  const third = await compare([asked, first.answer, question("And why?"), long.answer], question("Thanks."), greedy);
  expect(third.said).toBe(third.counted);
  const unanswered = await compare([asked, first.answer, question("Never answered."), { role: "assistant", text: "Edited by hand." }], question("", [photo]), greedy);
  expect(unanswered.said).toBe(unanswered.counted);
});

test("long texts are counted beside everything else", async () => {
  const pending = counts(["你好世界".repeat(50_000)]);
  const order: string[] = [];
  const counted = pending.then(([count]) => {
    order.push("counted");
    return count;
  });
  for (let round = 0; round < 3; round += 1) {
    expect((await server.fetch("/healthz", cookie)).status).toBe(200);
    order.push("health");
  }
  expect(await counted).toBeGreaterThan(1000);
  expect(order).toEqual(["health", "health", "health", "counted"]);
});

test("what is no list of texts, or too much, is refused", async () => {
  const refusal = async (body: unknown) => {
    const response = await post(body);
    return `${response.status} ${httpErrorSchema.parse(await response.json()).error.code}`;
  };
  expect(await refusal({ texts: "one" })).toBe("400 invalid_request");
  expect(await refusal({ texts: Array.from({ length: 65 }, () => "a") })).toBe("400 invalid_request");
  expect(await refusal({ texts: ["a".repeat(250_001)] })).toBe("400 invalid_request");
  expect(await refusal({ texts: [null] })).toBe("400 invalid_request");
  expect((await server.fetch("/api/tokens", cookie)).status).toBe(405);
  expect(await counts([])).toEqual([]);
  expect(await counts([""])).toEqual([0]);
});
