import type { Checkpoint } from "../checkpoint/types.ts";
import { outputLayer } from "../model/decoderGraph.ts";
import { kthGreatest } from "../text/sampling/topK.ts";

/** More than any preset samples from: `top_k` is 20 in the published generation configs. */
const exactTokens = 32;

/**
 * Corrects the logits of an output layer that the decoder multiplies in four bits: those of the most probable tokens are
 * computed again from the checkpoint's own weights, which are a few rows of the matrix. So the tokens among which one is
 * chosen have the logits of an exact layer, at half the memory traffic of one in eight bits.
 */
export class OutputLayer {
  readonly #tensors: Checkpoint["tensors"];
  readonly #name: string;

  constructor({ config, tensors }: Checkpoint) {
    this.#tensors = tensors;
    this.#name = `${outputLayer(config)}.weight`;
  }

  /** logits: (vocabulary), corrected in place; hidden: (hidden), what the layer multiplies. */
  correct(logits: Float32Array, hidden: Float32Array): void {
    const tokens = greatestTokens(logits, exactTokens);
    const weights = this.#tensors.readRows(this.#name, tokens);
    for (const [index, token] of tokens.entries()) logits[token] = dot(weights, index * hidden.length, hidden);
  }
}

/** The places of the `count` greatest values; of equal ones at the end the first. */
function greatestTokens(logits: Float32Array, count: number): number[] {
  const threshold = kthGreatest(logits, Math.min(count, logits.length));
  const tokens: number[] = [];
  for (let token = 0; token < logits.length && tokens.length < count; token += 1) {
    if ((logits[token] ?? -Infinity) >= threshold) tokens.push(token);
  }
  return tokens;
}

function dot(weights: Float32Array, from: number, hidden: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < hidden.length; index += 1) sum += (weights[from + index] ?? 0) * (hidden[index] ?? 0);
  return sum;
}
