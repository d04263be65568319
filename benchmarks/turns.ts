import path from "node:path";
import { embeddedCheckpoint } from "../inference/embedded.ts";
import { Engine, type Message } from "../inference/index.ts";

/** Time to first token of each turn of a conversation about one picture, on the embedded model: prints a line of JSON. */

const picture = path.resolve(import.meta.dirname, "..", "inference", "reference", "media", "large.webp");
const questions = ["Describe this image.", "How many shapes are there?", "Which colors do you see?", "Is there a circle?", "Where is the largest shape?"];

await using engine = await Engine.load(embeddedCheckpoint);
const messages: Message[] = [];
const firstToken: number[] = [];
const cached: number[] = [];
for (const [turn, question] of questions.entries()) {
  const text = { type: "text" as const, text: question };
  messages.push({ role: "user", content: turn === 0 ? [{ type: "image", image: picture }, text] : [text] });
  let answer = "";
  for await (const event of engine.generate({ messages, options: { sampling: { greedy: true }, max_new_tokens: 48 } })) {
    if (event.type === "text") answer += event.delta;
    if (event.type === "error") throw new Error(event.error.code);
    if (event.type === "finish") {
      firstToken.push(event.timings.first_token_ms);
      cached.push(event.usage.cached_tokens);
    }
  }
  messages.push({ role: "assistant", content: answer });
}
console.log(JSON.stringify({ turn1: firstToken[0], turn5: firstToken.at(-1), cached5: cached.at(-1) }));
