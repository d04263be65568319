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

const blockSize = 256;

/**
 * The places of the `count` greatest values. The greatest of each block are a few hundred values, and the count-th of those
 * bounds what can be among the greatest of all: the other blocks need no second look.
 */
function greatestTokens(logits: Float32Array, count: number): number[] {
  const blocks = Math.ceil(logits.length / blockSize);
  const peaks = new Float32Array(blocks);
  for (let block = 0; block < blocks; block += 1) peaks[block] = greatestBetween(logits, block * blockSize, Math.min(logits.length, (block + 1) * blockSize));
  const bound = blocks > count ? kthGreatest(peaks, count) : -Infinity;
  const tokens: number[] = [];
  for (let block = 0; block < blocks; block += 1) {
    if ((peaks[block] ?? -Infinity) < bound) continue;
    const end = Math.min(logits.length, (block + 1) * blockSize);
    for (let token = block * blockSize; token < end; token += 1) if ((logits[token] ?? -Infinity) >= bound) tokens.push(token);
  }
  return tokens.sort((a, b) => (logits[b] ?? -Infinity) - (logits[a] ?? -Infinity)).slice(0, count);
}

function greatestBetween(values: Float32Array, from: number, to: number): number {
  let greatest = -Infinity;
  for (let index = from; index < to; index += 1) {
    const value = values[index] ?? -Infinity;
    if (value > greatest) greatest = value;
  }
  return greatest;
}

function dot(weights: Float32Array, from: number, hidden: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < hidden.length; index += 1) sum += (weights[from + index] ?? 0) * (hidden[index] ?? 0);
  return sum;
}
