import { setImmediate as nextTurn } from "node:timers/promises";
import type { TextTokenizer } from "./tokenizer.ts";

/** Milliseconds of one go, and characters of the texts that it is checked between. */
const longestGo = 20;
const sliceCharacters = 2000;

/**
 * How many tokens each text is, as a user's message: special tokens in it are text. Whoever else shares this thread gets
 * their turn in between, a single line of great length aside.
 */
export async function countTokens(tokenizer: Pick<TextTokenizer, "encodePlain">, texts: readonly string[], signal?: AbortSignal): Promise<number[]> {
  const counts: number[] = [];
  let begun = performance.now();
  for (const text of texts) {
    let tokens = 0;
    for (const slice of slices(text)) {
      if (performance.now() - begun > longestGo) {
        await nextTurn();
        signal?.throwIfAborted();
        begun = performance.now();
      }
      tokens += tokenizer.encodePlain(slice).length;
    }
    counts.push(tokens);
  }
  return counts;
}

/**
 * Parts that the tokenizer would have split itself: its pattern lets nothing reach from the end of a line into a next one
 * that begins with a letter or digit.
 */
function* slices(text: string): Generator<string> {
  let start = 0;
  for (const { index } of text.matchAll(/\n(?=[\p{L}\p{N}])/gu)) {
    if (index + 1 - start < sliceCharacters) continue;
    yield text.slice(start, index + 1);
    start = index + 1;
  }
  yield text.slice(start);
}
