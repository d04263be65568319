import { expect, it } from "vitest";
import type { Sequence } from "./sequence.ts";
import { SequencePool } from "./sequencePool.ts";

/** What the pool asks of a sequence, without a KV cache behind it. */
function createSequence(): Sequence & { places: number[] } {
  const places: number[] = [];
  const sequence = {
    places,
    get length() {
      return places.length;
    },
    commonPrefix: (identities: readonly number[]) => {
      let length = 0;
      while (length < Math.min(identities.length, places.length) && identities[length] === places[length]) length++;
      return length;
    },
    truncate: (length: number) => (places.length = length),
    append: (identities: readonly number[]) => places.push(...identities),
    [Symbol.dispose]: () => undefined,
  };
  return sequence as unknown as Sequence & { places: number[] };
}

function fill(pool: SequencePool, identities: number[], owner = "one"): Sequence {
  const sequence = pool.choose(identities, owner);
  sequence.truncate(0);
  sequence.append(identities);
  return sequence;
}

it("finds the conversation that goes on", () => {
  const pool = new SequencePool(createSequence, 3);
  const first = fill(pool, [1, 2, 3, 4]);
  const second = fill(pool, [9, 8, 7]);
  expect(second).not.toBe(first);
  expect(pool.choose([1, 2, 3, 4, 5, 6], "one")).toBe(first);
  expect(pool.choose([9, 8, 7, 1], "one")).toBe(second);
});

it("does not give up a conversation for another that only begins alike", () => {
  const pool = new SequencePool(createSequence, 3);
  const first = fill(pool, [1, 2, 3, 4, 5, 6]);
  expect(pool.choose([1, 2, 9], "one")).not.toBe(first);
});

it("reuses the one that was not used for the longest time when it is full", () => {
  const pool = new SequencePool(createSequence, 2);
  const first = fill(pool, [1, 1, 1]);
  const second = fill(pool, [2, 2, 2]);
  pool.choose([1, 1, 1, 1], "one");
  expect(pool.choose([3, 3, 3], "one")).toBe(second);
  expect(pool.choose([4, 4], "one")).toBe(first);
});

it("never reuses what belongs to another owner", () => {
  const pool = new SequencePool(createSequence, 2);
  const first = fill(pool, [1, 2, 3], "one");
  expect(pool.choose([1, 2, 3, 4], "two")).not.toBe(first);
  fill(pool, [5, 5], "two");
  const taken = pool.choose([1, 2, 3, 4], "three");
  expect(taken.length).toBe(0);
});
