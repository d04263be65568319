import { describe, expect, it } from "vitest";
import { argmax, type Candidates } from "./candidates.ts";
import { applyFrequencyPenalty } from "./frequencyPenalty.ts";
import { applyMinP } from "./minP.ts";
import { applyPresencePenalty } from "./presencePenalty.ts";
import { createRandom } from "./random.ts";
import { applyRepetitionPenalty } from "./repetitionPenalty.ts";
import { applyTemperature } from "./temperature.ts";
import { applyTopK } from "./topK.ts";
import { applyTopP } from "./topP.ts";

function candidates(logits: readonly number[]): Candidates {
  return { tokens: Int32Array.from(logits.keys()), logits: Float32Array.from(logits) };
}

/** Many logits without equals, in an order that is none. */
function shuffled(count: number): number[] {
  const random = createRandom(7);
  return Array.from({ length: count }, () => random() * 20 - 10);
}

/** What is left of a filter when everything is sorted, which is the definition. */
function bestTokens(logits: readonly number[], count: number): number[] {
  const byLogit = [...logits.keys()].sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0));
  return byLogit.slice(0, count).sort((a, b) => a - b);
}

describe("penalties", () => {
  it("repetition divides what is above zero and multiplies what is below", () => {
    const logits = Float32Array.of(2, -2, 2, 0);
    applyRepetitionPenalty(logits, [0, 1, 3, 99], 2);
    expect([...logits]).toEqual([1, -4, 2, 0]);
  });

  it("presence counts once, frequency each time", () => {
    const counts = new Map([
      [1, 3],
      [2, 1],
    ]);
    const presence = Float32Array.of(1, 1, 1);
    applyPresencePenalty(presence, counts, 0.5);
    expect([...presence]).toEqual([1, 0.5, 0.5]);
    const frequency = Float32Array.of(1, 1, 1);
    applyFrequencyPenalty(frequency, counts, 0.5);
    expect([...frequency]).toEqual([1, -0.5, 0.5]);
  });
});

describe("temperature", () => {
  it("divides the distance to the greatest", () => {
    const logits = Float32Array.of(1, 3, 2);
    applyTemperature(logits, 0.5);
    expect([...logits]).toEqual([-4, 0, -2]);
  });
});

describe("top-k", () => {
  it.each([1, 2, 20, 499, 500, 999])("keeps the %i greatest of many", (k) => {
    const logits = shuffled(1000);
    expect([...applyTopK(candidates(logits), k).tokens]).toEqual(bestTokens(logits, k));
  });

  it("keeps all that equal the last, and everything when k is 0 or too great", () => {
    expect([...applyTopK(candidates([1, 2, 2, 2, 3]), 2).tokens]).toEqual([1, 2, 3, 4]);
    expect(applyTopK(candidates([1, 2]), 0).tokens).toHaveLength(2);
    expect(applyTopK(candidates([1, 2]), 5).tokens).toHaveLength(2);
    expect([...applyTopK(candidates([-Infinity, 1, -Infinity, 2, 0]), 2).tokens]).toEqual([1, 3]);
  });
});

describe("top-p", () => {
  it("keeps the fewest tokens that reach p", () => {
    const logits = [0.1, 0.4, 0.2, 0.3].map(Math.log);
    expect([...applyTopP(candidates(logits), 0.65).tokens]).toEqual([1, 3]);
    expect([...applyTopP(candidates(logits), 0.75).tokens]).toEqual([1, 2, 3]);
    expect([...applyTopP(candidates(logits), 1).tokens]).toEqual([0, 1, 2, 3]);
    expect([...applyTopP(candidates(logits), 1e-20).tokens]).toEqual([1]);
  });

  it.each([0.1, 0.5, 0.9, 0.999])("equals the definition on many tokens: %d", (p) => {
    const logits = shuffled(1000);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const sorted = logits.map((logit) => Math.exp(logit) / total).sort((a, b) => b - a);
    let count = 0;
    for (let reached = 0; reached < p; count += 1) reached += sorted[count] ?? 1;
    expect([...applyTopP(candidates(logits), p).tokens]).toEqual(bestTokens(logits, count));
  });
});

describe("min-p", () => {
  it("compares with the most probable token", () => {
    const logits = [0.5, 0.3, 0.2].map(Math.log);
    expect([...applyMinP(candidates(logits), 0.5).tokens]).toEqual([0, 1]);
    expect([...applyMinP(candidates(logits), 0).tokens]).toEqual([0, 1, 2]);
    expect([...applyMinP(candidates(logits), 1).tokens]).toEqual([0]);
  });
});

describe("argmax", () => {
  it("takes the first of equals, also below zero", () => {
    expect(argmax(Float32Array.of(-3, -1, -1))).toBe(1);
  });
});

describe("createRandom", () => {
  it("depends on all 53 bits of the seed and stays within 0 and 1", () => {
    const first = [0, 1, 2 ** 32, 2 ** 53 - 1].map((seed) => createRandom(seed)());
    expect(new Set(first).size).toBe(4);
    const random = createRandom(0);
    const many = Array.from({ length: 10_000 }, random);
    expect(Math.min(...many)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...many)).toBeLessThan(1);
    expect(many.reduce((sum, value) => sum + value, 0) / many.length).toBeCloseTo(0.5, 1);
  });
});
