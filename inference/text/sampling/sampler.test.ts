import { describe, expect, it } from "vitest";
import type { GenerationDefaults } from "../../checkpoint/types.ts";
import type { Sampling } from "../../conversation.ts";
import { createSampler, resolveSampling } from "./sampler.ts";

const sampled: GenerationDefaults = { eosTokenIds: [], greedy: false, temperature: 0.7, topP: 0.8, topK: 20, repetitionPenalty: 1.1 };
const greedy: GenerationDefaults = { ...sampled, greedy: true };

function choose(sampling: Sampling, logits: readonly number[], steps: number): number[] {
  const plain: GenerationDefaults = { eosTokenIds: [], greedy: false, temperature: 1, topP: 1, topK: 0, repetitionPenalty: 1 };
  const sampler = createSampler(resolveSampling(sampling, plain), []);
  return Array.from({ length: steps }, () => sampler.next(Float32Array.from(logits)));
}

describe("resolveSampling", () => {
  it("takes what a request leaves out from the checkpoint", () => {
    expect(resolveSampling({ top_k: 5 }, sampled)).toEqual({
      greedy: false,
      temperature: 0.7,
      topP: 0.8,
      topK: 5,
      minP: 0,
      repetitionPenalty: 1.1,
      presencePenalty: 0,
      frequencyPenalty: 0,
      seed: undefined,
    });
  });

  it.each<[Sampling, GenerationDefaults, boolean]>([
    [{}, sampled, false],
    [{}, greedy, true],
    [{ temperature: 0.5 }, greedy, false],
    [{ temperature: 0.5, greedy: true }, greedy, true],
    [{ temperature: 0 }, sampled, true],
    [{ temperature: 0, greedy: false }, sampled, true],
    [{ greedy: true }, sampled, true],
    [{ greedy: false }, greedy, false],
    [{ top_p: 0.5 }, greedy, true],
  ])("%j over greedy by default %j", (sampling, defaults, expected) => {
    expect(resolveSampling(sampling, defaults).greedy).toBe(expected);
  });
});

describe("createSampler", () => {
  it("takes the first of the greatest when greedy", () => {
    expect(choose({ greedy: true }, [1, 3, 3, 2], 2)).toEqual([1, 1]);
  });

  it("applies penalties when greedy, to what it chose itself", () => {
    expect(choose({ greedy: true, frequency_penalty: 1 }, [3, 2.5, 0], 4)).toEqual([0, 1, 0, 1]);
    expect(choose({ greedy: true, presence_penalty: 1 }, [3, 2.5, 1.8], 4)).toEqual([0, 1, 0, 0]);
    expect(choose({ greedy: true, repetition_penalty: 2 }, [3, 2, 1.6], 4)).toEqual([0, 1, 2, 0]);
  });

  it("counts the prompt for the repetition penalty", () => {
    const sampler = createSampler(resolveSampling({ greedy: true, repetition_penalty: 2 }, greedy), [0]);
    expect(sampler.next(Float32Array.of(3, 2))).toBe(1);
  });

  it("gives the same tokens for the same seed, others for another", () => {
    const logits = Array.from({ length: 1000 }, (_, token) => Math.sin(token));
    const seed = Number.MAX_SAFE_INTEGER;
    expect(choose({ seed }, logits, 20)).toEqual(choose({ seed }, logits, 20));
    expect(choose({ seed }, logits, 20)).not.toEqual(choose({ seed: seed - 1 }, logits, 20));
    expect(choose({}, logits, 20)).not.toEqual(choose({}, logits, 20));
  });

  it("draws in proportion to the probabilities", () => {
    const drawn = choose({ seed: 1 }, [Math.log(0.5), Math.log(0.3), Math.log(0.2), -Infinity], 20_000);
    const shares = [0, 1, 2, 3].map((token) => drawn.filter((chosen) => chosen === token).length / drawn.length);
    expect(shares[0]).toBeCloseTo(0.5, 1);
    expect(shares[1]).toBeCloseTo(0.3, 1);
    expect(shares[2]).toBeCloseTo(0.2, 1);
    expect(shares[3]).toBe(0);
  });

  it("sharpens with the temperature, however small", () => {
    expect(new Set(choose({ seed: 1, temperature: 1e-30 }, [1, 1.001, 0.9], 50))).toEqual(new Set([1]));
    expect(new Set(choose({ seed: 1, temperature: 100 }, [1, 5, 0], 200))).toEqual(new Set([0, 1, 2]));
  });

  it("draws only from what all filters leave", () => {
    const logits = [0.4, 0.3, 0.2, 0.1].map(Math.log);
    expect(new Set(choose({ seed: 1, top_k: 3 }, logits, 200))).toEqual(new Set([0, 1, 2]));
    expect(new Set(choose({ seed: 1, top_p: 0.5 }, logits, 200))).toEqual(new Set([0, 1]));
    expect(new Set(choose({ seed: 1, min_p: 0.4 }, logits, 200))).toEqual(new Set([0, 1, 2]));
    // After top-k the shares are 4/7 and 3/7, so that 0.55 is reached with the first.
    expect(new Set(choose({ seed: 1, top_k: 2, top_p: 0.55 }, logits, 200))).toEqual(new Set([0]));
  });
});
