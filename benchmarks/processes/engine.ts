import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { readEnvironment } from "../../inference/environment.ts";
import { Engine, type Message } from "../../inference/index.ts";
import { dtypes } from "../../inference/model/dtypes.ts";
import { processMemory } from "./memory.ts";
import { serve } from "./serve.ts";

/** The whole engine as a process that is measured. */

const flagsSchema = z.object({
  checkpoint: z.string(),
  cache: z.string(),
  dtype: z.enum(dtypes),
  slots: z.coerce.number().int().positive(),
  capacity: z.coerce.number().int().positive(),
  /** Side of the picture that is talked about, in pixels. */
  picture: z.coerce.number().int().positive(),
});
const text = { type: "string" } as const;
const flags = flagsSchema.parse(parseArgs({ options: { checkpoint: text, cache: text, dtype: text, slots: text, capacity: text, picture: text } }).values);

const started = performance.now();
await using engine = await Engine.load(flags.checkpoint, {
  dtype: flags.dtype,
  slots: flags.slots,
  maxContext: flags.capacity,
  environment: { ...readEnvironment(), cacheFolder: flags.cache },
});
/** Every measurement talks to the engine as somebody new, who shares nothing with those before. */
let newcomers = 0;
const newcomer = () => `benchmark ${newcomers++}`;

await serve({ name: `ours, ${flags.dtype}`, loadSeconds: (performance.now() - started) / 1000 }, async (request) => {
  switch (request.do) {
    case "memory":
      return processMemory();
    case "users":
      return { tokensPerSecond: await answerTogether(request.users, request.tokens) };
    case "turns":
      return talk(request.tokens);
    case "cancel":
      return { seconds: await cancel(request.tokens) };
    default:
      throw new Error(`this process cannot ${request.do}`);
  }
});
process.exit(0);

/** Tokens a second from when the last one has begun to when the first one is done. */
async function answerTogether(users: number, tokens: number): Promise<number> {
  const messages: Message[] = [{ role: "user", content: "Describe a blue circle beside a red square, and what lies between them." }];
  const options = { sampling: { greedy: true }, max_new_tokens: tokens, ignore_eos: true };
  const moments = await Promise.all(
    Array.from({ length: users }, async () => {
      const own: number[] = [];
      for await (const event of engine.generate({ owner: newcomer(), messages, options })) {
        if (event.type === "text" && event.tokens > own.length) own.push(performance.now());
        if (event.type === "error") throw new Error(JSON.stringify(event.error));
      }
      return own;
    }),
  );
  const from = Math.max(...moments.map((own) => own[0] ?? NaN));
  const to = Math.min(...moments.map((own) => own.at(-1) ?? NaN));
  const written = moments.flat().filter((moment) => moment > from && moment <= to).length;
  return (1000 * written) / (to - from);
}

async function talk(tokens: number): Promise<{ first: number; fifth: number; alone: number }> {
  const picture = path.resolve(import.meta.dirname, "..", "..", "inference", "reference", "media", "large.webp");
  const image = { type: "image" as const, image: picture, resized_height: flags.picture, resized_width: flags.picture };
  const questions = ["Describe this image.", "How many shapes are there?", "Which colors do you see?", "Is there a circle?", "Where is the largest shape?"];
  const owner = newcomer();
  const messages: Message[] = [];
  const waits: number[] = [];
  for (const question of questions) {
    const content = { type: "text" as const, text: question };
    messages.push({ role: "user", content: messages.length === 0 ? [image, content] : [content] });
    const { answer, wait } = await ask(owner, messages, tokens);
    waits.push(wait);
    messages.push({ role: "assistant", content: answer });
  }
  const alone = await ask(newcomer(), [{ role: "user", content: questions.at(-1) ?? "" }], tokens);
  return { first: waits[0] ?? NaN, fifth: waits.at(-1) ?? NaN, alone: alone.wait };
}

/** An answer, and the milliseconds until it began. */
async function ask(owner: string, messages: readonly Message[], tokens: number): Promise<{ answer: string; wait: number }> {
  let answer = "";
  for await (const event of engine.generate({ owner, messages: [...messages], options: { sampling: { greedy: true }, max_new_tokens: tokens } })) {
    if (event.type === "text") answer += event.delta;
    if (event.type === "error") throw new Error(JSON.stringify(event.error));
    if (event.type === "finish") return { answer, wait: event.timings.first_token_ms };
  }
  throw new Error("an answer without an end");
}

/** Seconds from the abort, in the middle of a chunk, until the engine is done with the prompt. */
async function cancel(tokens: number): Promise<number> {
  const controller = new AbortController();
  // The tokenizer makes a token of each digit.
  const messages: Message[] = [{ role: "user", content: "0123456789".repeat(Math.ceil(tokens / 10)) }];
  let aborted: number | undefined;
  for await (const event of engine.generate({ owner: newcomer(), messages, options: {} }, { signal: controller.signal })) {
    if (event.type === "error") throw new Error(JSON.stringify(event.error));
    if (event.type === "finish" && aborted !== undefined) {
      if (event.usage.prompt_tokens < tokens) throw new Error(`a prompt of only ${event.usage.prompt_tokens} tokens`);
      return (performance.now() - aborted) / 1000;
    }
    if (event.type === "phase" && event.phase.name === "prefill" && event.phase.done > 0 && aborted === undefined) {
      aborted = NaN;
      setTimeout(() => {
        aborted = performance.now();
        controller.abort();
      }, 500);
    }
  }
  throw new Error("the prompt was read before it was stopped");
}
