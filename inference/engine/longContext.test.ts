import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadCheckpoint } from "../checkpoint/load.ts";
import type { Checkpoint } from "../checkpoint/types.ts";
import { type PreparedModel, prepareModel } from "../model/prepare.ts";
import { referenceFolder } from "../reference/read.ts";
import { CApiRuntime } from "../runtime/cApiRuntime.ts";
import { Decoder } from "./decoder.ts";
import { kvCacheBytesPerToken } from "./kvCache.ts";
import { ContentNumbers, placeMedia } from "./prompt.ts";

let cacheFolder: string;
let checkpoint: Checkpoint;
let model: PreparedModel;
beforeAll(async () => {
  cacheFolder = await mkdtemp(path.join(tmpdir(), "long-"));
  checkpoint = await loadCheckpoint(path.join(referenceFolder, "dense"), { yarnFactor: 4 });
  model = await prepareModel(checkpoint, { dtype: "fp32", cacheFolder });
});
afterAll(async () => {
  checkpoint[Symbol.dispose]();
  await rm(cacheFolder, { recursive: true, force: true });
});

/** The logits after a long prompt, and how much memory it took. */
async function readPrompt({ tokens, capacity, chunk }: { tokens: number; capacity: number; chunk: number }): Promise<{ logits: Float32Array; grown: number }> {
  await using runtime = CApiRuntime.create();
  const before = process.memoryUsage().rss;
  using decoder = new Decoder(runtime, await runtime.createSession(model.decoder), { checkpoint, size: { slots: 1, capacity } });
  const [sequence] = decoder.sequences;
  if (!sequence) throw new RangeError("no slot");
  const { vocabularySize } = checkpoint.config.text;
  const ids = Array.from({ length: tokens }, (_, index) => (index * 7919) % Math.min(vocabularySize, 200));
  const logits = await decoder.prefill(sequence, placeMedia(ids, [], { config: checkpoint.config, contents: new ContentNumbers() }), { chunk });
  return { logits: logits.slice(), grown: process.memoryUsage().rss - before };
}

it("keeps room for 256K tokens that costs nothing until it is written to", async () => {
  const tokens = 3000;
  const long = await readPrompt({ tokens, capacity: 262_144, chunk: 512 });
  const room = 262_144 * kvCacheBytesPerToken(checkpoint.config.text);
  expect(room).toBeGreaterThan(128 << 20);
  expect(long.grown).toBeLessThan(room / 2);
  const short = await readPrompt({ tokens, capacity: tokens + 1, chunk: 512 });
  expect(long.logits).toEqual(short.logits);
});

it("reads a prompt of 12,000 tokens in chunks of any size alike, with YaRN", async () => {
  expect(checkpoint.config.text.maxPositions).toBe(16_384);
  const tokens = 12_000;
  const coarse = await readPrompt({ tokens, capacity: tokens, chunk: 2048 });
  const fine = await readPrompt({ tokens, capacity: tokens, chunk: 512 });
  const worst = coarse.logits.reduce((most, value, index) => Math.max(most, Math.abs(value - (fine.logits[index] ?? NaN))), 0);
  expect(worst).toBeLessThan(2e-3);
});
