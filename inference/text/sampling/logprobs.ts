import type { TokenLogprob } from "../../events.ts";
import type { TextTokenizer } from "../tokenizer.ts";
import { kthGreatest } from "./topK.ts";

/**
 * The log probability of the token that was chosen, and of the `count` most probable ones in its place, from the logits
 * (vocabulary) as the model gave them: log softmax.
 */
export function logprobsOf(logits: Float32Array, { token, count, tokenizer }: { token: number; count: number; tokenizer: TextTokenizer }): TokenLogprob {
  const normalizer = logSumExp(logits);
  const describe = (one: number): Omit<TokenLogprob, "top"> => {
    const bytes = tokenizer.bytes(one);
    return { token: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes), bytes: [...bytes], logprob: Math.min(0, (logits[one] ?? -Infinity) - normalizer) };
  };
  return { ...describe(token), top: greatest(logits, count).map(describe) };
}

/** Adds to the logits of some tokens, in place; ids outside of the vocabulary are ignored. */
export function addBias(logits: Float32Array, bias: Readonly<Record<string, number>>): void {
  for (const [id, value] of Object.entries(bias)) {
    const token = Number(id);
    if (token < logits.length) logits[token] = (logits[token] ?? 0) + value;
  }
}

function logSumExp(logits: Float32Array): number {
  let most = -Infinity;
  for (const logit of logits) if (logit > most) most = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - most);
  return most + Math.log(sum);
}

function greatest(logits: Float32Array, count: number): number[] {
  if (count === 0) return [];
  const bound = kthGreatest(logits, Math.min(count, logits.length));
  const tokens: number[] = [];
  for (const [token, logit] of logits.entries()) if (logit >= bound) tokens.push(token);
  return tokens.sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0)).slice(0, count);
}
