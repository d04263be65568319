import { expect, it } from "vitest";
import { Sequence } from "./sequence.ts";
import { SequencePool } from "./sequencePool.ts";

function createPool(slots: number): SequencePool {
  return new SequencePool(Array.from({ length: slots }, (_, slot) => new Sequence(slot, 64)));
}

/** A conversation that was answered: its slot is free again and holds what it says. */
function answer(pool: SequencePool, identities: number[], owner = "one"): Sequence {
  const sequence = pool.lend(identities, owner);
  if (!sequence) throw new Error("all lent");
  sequence.truncate(sequence.commonPrefix(identities));
  sequence.append(identities.slice(sequence.length));
  pool.giveBack(sequence);
  return sequence;
}

it("finds the conversation that goes on", () => {
  const pool = createPool(3);
  const first = answer(pool, [1, 2, 3, 4]);
  const second = answer(pool, [9, 8, 7]);
  expect(second).not.toBe(first);
  expect(answer(pool, [1, 2, 3, 4, 5, 6])).toBe(first);
  expect(answer(pool, [9, 8, 7, 1])).toBe(second);
});

it("does not give up a conversation for another that only begins alike", () => {
  const pool = createPool(3);
  const first = answer(pool, [1, 2, 3, 4, 5, 6]);
  expect(answer(pool, [1, 2, 9])).not.toBe(first);
});

it("reuses the one that was not used for the longest time when all hold something", () => {
  const pool = createPool(2);
  const first = answer(pool, [1, 1, 1]);
  const second = answer(pool, [2, 2, 2]);
  answer(pool, [1, 1, 1, 1]);
  expect(answer(pool, [3, 3, 3])).toBe(second);
  expect(answer(pool, [4, 4])).toBe(first);
});

it("lends a slot once and says when there is none", () => {
  const pool = createPool(2);
  const first = pool.lend([1], "one");
  const second = pool.lend([1], "one");
  expect([first?.slot, second?.slot]).toEqual([0, 1]);
  expect(pool.lend([1], "one")).toBeUndefined();
  if (first) pool.giveBack(first);
  expect(pool.lend([1], "one")).toBe(first);
});

it("never reuses what belongs to another owner", () => {
  const pool = createPool(2);
  const first = answer(pool, [1, 2, 3], "one");
  expect(answer(pool, [1, 2, 3, 4], "two")).not.toBe(first);
  const taken = pool.lend([1, 2, 3, 4], "three");
  expect([taken, taken?.length]).toEqual([first, 0]);
});
