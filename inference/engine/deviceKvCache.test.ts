import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { loadCheckpoint } from "../checkpoint/load.ts";
import { prepareModel } from "../model/prepare.ts";
import { referenceFolder } from "../reference/read.ts";
import { CApiRuntime } from "../runtime/cApiRuntime.ts";
import { StandInGpu } from "../runtime/testing/standInGpu.ts";
import { Decoder } from "./decoder.ts";
import { ContentNumbers, placeMedia } from "./prompt.ts";

it("gives sequences that are read and written in turns and together what each would have alone", async () => {
  const cacheFolder = await mkdtemp(path.join(tmpdir(), "device-"));
  try {
    using checkpoint = await loadCheckpoint(path.join(referenceFolder, "dense"));
    const { decoder: file } = await prepareModel(checkpoint, { dtype: "fp32", cacheFolder });
    await using cpu = CApiRuntime.create();
    await using gpu = new StandInGpu();
    const size = { slots: 3, capacity: 700 };
    using together = new Decoder(gpu, await gpu.createSession(file), { checkpoint, size });
    using alone = new Decoder(cpu, await cpu.createSession(file), { checkpoint, size });
    const contents = new ContentNumbers();
    const prompts = [40, 300, 25].map((length, seed) => placeMedia(Array.from({ length }, (_, index) => 5 + ((index * 7 + seed * 13) % 400)), [], { config: checkpoint.config, contents }));

    /** The logits of each sequence, in the order of its tokens. */
    const record = (decoder: Decoder) => {
      const logits: Float32Array[][] = prompts.map(() => []);
      const parts = (slot: number) => ({ sequence: decoder.sequences[slot] ?? expect.fail(), prompt: prompts[slot] ?? expect.fail(), own: logits[slot] ?? expect.fail() });
      return {
        logits,
        read: async (slot: number, chunk: number) => {
          const { sequence, prompt, own } = parts(slot);
          const last = await decoder.prefillChunk(sequence, prompt, { chunk });
          if (last) own.push(last.slice());
        },
        write: async (...slots: number[]) => {
          const rows = slots.map(parts);
          const step = rows.map(({ sequence, prompt, own }) => ({ sequence, token: 20 + own.length, position: prompt.nextPosition + own.length - 1 }));
          (await decoder.step(step)).forEach((row, index) => rows[index]?.own.push(row.slice()));
        },
      };
    };

    const one = record(alone);
    for (const slot of [0, 1, 2]) {
      await one.read(slot, 1000);
      for (let index = 0; index < 4; index++) await one.write(slot);
    }

    const all = record(together);
    await all.read(0, 30);
    await all.read(1, 30);
    await all.read(0, 30);
    await all.read(2, 30);
    await all.write(0, 2);
    await all.read(1, 200);
    await all.write(0, 2);
    await all.write(2);
    await all.read(1, 200);
    await all.write(0);
    await all.write(1);
    await all.write(0, 1, 2);
    await all.write(1);
    expect(all.logits.map((own) => own.length)).toEqual([5, 4, 5]);
    for (const slot of [0, 1, 2]) {
      for (const [index, logits] of (all.logits[slot] ?? []).entries()) {
        const worst = logits.reduce((most, value, token) => Math.max(most, Math.abs(value - (one.logits[slot]?.[index]?.[token] ?? NaN))), 0);
        expect(worst, `slot ${slot}, logits ${index}`).toBeLessThan(1e-3);
      }
    }
  } finally {
    await rm(cacheFolder, { recursive: true, force: true });
  }
});
