import { randomInt } from "node:crypto";
import type { GenerationDefaults } from "../../checkpoint/types.ts";
import type { Sampling } from "../../conversation.ts";
import { argmax, type Candidates, likelihoods } from "./candidates.ts";
import { applyFrequencyPenalty } from "./frequencyPenalty.ts";
import { applyMinP } from "./minP.ts";
import { applyPresencePenalty } from "./presencePenalty.ts";
import { createRandom, type Random } from "./random.ts";
import { applyRepetitionPenalty } from "./repetitionPenalty.ts";
import { applyTemperature } from "./temperature.ts";
import { applyTopK } from "./topK.ts";
import { applyTopP } from "./topP.ts";

/** Sampling options with nothing left open but the seed: without one, each answer is another. */
export interface ResolvedSampling {
  greedy: boolean;
  temperature: number;
  topP: number;
  topK: number;
  minP: number;
  repetitionPenalty: number;
  presencePenalty: number;
  frequencyPenalty: number;
  seed: number | undefined;
}

/**
 * A request's options over the checkpoint's defaults. Temperature 0 is greedy; naming a temperature above it asks for
 * sampling, also of a checkpoint whose default is greedy.
 */
export function resolveSampling(sampling: Sampling, defaults: GenerationDefaults): ResolvedSampling {
  const temperature = sampling.temperature ?? defaults.temperature;
  const greedyByDefault = sampling.temperature === undefined && defaults.greedy;
  return {
    greedy: temperature === 0 || (sampling.greedy ?? greedyByDefault),
    temperature,
    topP: sampling.top_p ?? defaults.topP,
    topK: sampling.top_k ?? defaults.topK,
    minP: sampling.min_p ?? 0,
    repetitionPenalty: sampling.repetition_penalty ?? defaults.repetitionPenalty,
    presencePenalty: sampling.presence_penalty ?? 0,
    frequencyPenalty: sampling.frequency_penalty ?? 0,
    seed: sampling.seed,
  };
}

/** Chooses the tokens of one answer. */
export interface Sampler {
  /** The next token; overwrites the logits (vocabulary) and remembers what it chose. */
  next(logits: Float32Array): number;
}

/** @param promptTokens for the repetition penalty, which counts the prompt as transformers does. */
export function createSampler(options: ResolvedSampling, promptTokens: readonly number[]): Sampler {
  const seen = new Set(promptTokens);
  const counts = new Map<number, number>();
  let vocabulary = new Int32Array();
  const random = createRandom(options.seed ?? randomInt(2 ** 48 - 1));
  return {
    next(logits) {
      applyRepetitionPenalty(logits, seen, options.repetitionPenalty);
      applyPresencePenalty(logits, counts, options.presencePenalty);
      applyFrequencyPenalty(logits, counts, options.frequencyPenalty);
      if (vocabulary.length !== logits.length) vocabulary = new Int32Array(logits.length).map((_, token) => token);
      const token = options.greedy ? argmax(logits) : draw(filter({ tokens: vocabulary, logits }, options), random);
      seen.add(token);
      counts.set(token, (counts.get(token) ?? 0) + 1);
      return token;
    },
  };
}

/** As transformers does: temperature, top-k, top-p, min-p; but top-k first, for which temperature changes nothing but its cost. */
function filter(candidates: Candidates, { temperature, topK, topP, minP }: ResolvedSampling): Candidates {
  const likely = applyTopK(candidates, topK);
  applyTemperature(likely.logits, temperature);
  return applyMinP(applyTopP(likely, topP), minP);
}

/** One of the candidates, each with its probability among them. */
function draw({ tokens, logits }: Candidates, random: Random): number {
  const { weights, total } = likelihoods(logits);
  let left = random() * total;
  for (let index = 0; index < weights.length; index += 1) {
    left -= weights[index] ?? 0;
    if (left < 0) return tokens[index] ?? 0;
  }
  // Rounding may leave a crumb after the last one.
  return tokens[argmax(logits)] ?? 0;
}
