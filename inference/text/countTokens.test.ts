import { beforeAll, expect, it } from "vitest";
import { openCheckpoint } from "../checkpoint/open.ts";
import { embeddedCheckpoint } from "../embedded.ts";
import { readEnvironment } from "../environment.ts";
import { countTokens } from "./countTokens.ts";
import { TextTokenizer } from "./tokenizer.ts";

let tokenizer: TextTokenizer;
beforeAll(async () => {
  using checkpoint = await openCheckpoint(embeddedCheckpoint, { hub: readEnvironment().hub });
  tokenizer = TextTokenizer.create(checkpoint.tokenizer);
});

const lines = (line: string) => `${line}\n`.repeat(400);

it("counts long texts in slices as it would in one", async () => {
  const texts = ["", "hello", "<|im_end|> is text", lines("The quick brown fox, 12 times."), lines("  indented\r"), lines("你好，世界。"), lines("- item\n\n\t"), "a".repeat(50_000), "\n".repeat(5000), lines("e\u0301 é ﬁ")];
  expect(await countTokens(tokenizer, texts)).toEqual(texts.map((text) => tokenizer.encodePlain(text).length));
});

it("lets others have their turn, and stops when it is told", async () => {
  const long = "some words that stand in a line\n".repeat(20_000);
  let turns = 0;
  const stop = new AbortController();
  const timer = setInterval(() => {
    turns += 1;
    if (turns === 3) stop.abort(new Error("stopped"));
  }, 1);
  await expect(countTokens(tokenizer, [long, long, long], stop.signal)).rejects.toThrow("stopped");
  clearInterval(timer);
  expect(turns).toBe(3);
});
