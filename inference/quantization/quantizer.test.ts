import { describe, expect, it } from "vitest";
import { type BlockFormat, quantizeRows } from "./blockwise.ts";
import { createQuantizer, mapInOrder } from "./quantizer.ts";

const format: BlockFormat = { bits: 4, block: 32, zeroPoints: true };

function rows(seed: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: 8 * 64 }, (_, index) => Math.sin(seed + index * 1.7));
}

describe.each([1, 3])("a quantizer with %d threads", (threads) => {
  it("answers as quantizeRows, also to many calls at once", async () => {
    await using quantizer = createQuantizer(threads);
    const seeds = Array.from({ length: 10 }, (_, index) => index);
    const answers = await Promise.all(seeds.map((seed) => quantizer.quantize(rows(seed), 64, format)));
    expect(answers).toEqual(seeds.map((seed) => quantizeRows(rows(seed), 64, format)));
  });
});

it("fails what a thread cannot answer any more", async () => {
  const quantizer = createQuantizer(2);
  const answer = quantizer.quantize(rows(1), 64, format);
  const outcome = expect(answer).rejects.toThrow("ended");
  await quantizer[Symbol.asyncDispose]();
  await outcome;
});

describe("mapInOrder", () => {
  async function* numbers(count: number) {
    for (let index = 0; index < count; index++) {
      await Promise.resolve();
      yield index;
    }
  }

  it("keeps the order and the bound", async () => {
    let running = 0;
    let most = 0;
    const slow = async (value: number) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, value % 3));
      running--;
      return value * 2;
    };
    const results: number[] = [];
    for await (const value of mapInOrder(numbers(20), 4, slow)) results.push(value);
    expect(results).toEqual(Array.from({ length: 20 }, (_, index) => index * 2));
    expect(most).toBe(4);
  });

  it("passes a failure on", async () => {
    const failing = (value: number) => (value === 3 ? Promise.reject(new Error("three")) : Promise.resolve(value));
    const results = mapInOrder(numbers(9), 2, failing);
    const drain = async () => {
      while (!(await results.next()).done);
    };
    await expect(drain()).rejects.toThrow("three");
  });

  it("leaves no failure unheard when several fail at once", async () => {
    const unheard: unknown[] = [];
    const hear = (fault: unknown) => void unheard.push(fault);
    process.on("unhandledRejection", hear);
    const results = mapInOrder(numbers(3), 3, async (value) => {
      await new Promise((resolve) => setTimeout(resolve, 20 - 5 * value));
      throw new Error(String(value));
    });
    await expect(results.next()).rejects.toThrow("0");
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", hear);
    expect(unheard).toEqual([]);
  });
});
