import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { loadCheckpoint } from "../checkpoint/load.ts";
import { embeddedCheckpoint } from "../embedded.ts";
import { TextTokenizer } from "../text/tokenizer.ts";
import { Answer } from "./answer.ts";
import { type BatchDecoder, Scheduler } from "./scheduler.ts";
import { Sequence } from "./sequence.ts";

const vocabulary = 2048;

/** Says token 5 for ever, or fails at a step. */
function createDecoder({ fails = false } = {}): BatchDecoder {
  const logits = new Float32Array(vocabulary);
  logits[5] = 1;
  return {
    sequences: [new Sequence(0, 64)],
    reuse: () => 0,
    prefillChunk: (sequence, prompt) => {
      sequence.append(prompt.identities.slice(sequence.length));
      return Promise.resolve(logits.slice());
    },
    step: (rows) => (fails ? Promise.reject(new Error("broken")) : Promise.resolve(rows.map(() => logits.slice()))),
  };
}

async function createAnswer(tokens: number): Promise<Answer> {
  using checkpoint = await loadCheckpoint(embeddedCheckpoint);
  const prompt = { tokens: [1, 2, 3], positions: new Int32Array(9), nextPosition: 3, identities: [1, 2, 3], visual: [] };
  const options = { sampling: { greedy: true }, max_new_tokens: tokens, stop: [], add_vision_id: false, continue_final_message: false, ignore_eos: true };
  return new Answer({ prompt, options, tokenizer: TextTokenizer.create(checkpoint.tokenizer), defaults: checkpoint.generation, contextLength: 64, emit: () => undefined });
}

it.each([{ how: "ended", fails: false }, { how: "failed", fails: true }])("an answer that $how leaves nothing with its signal", async ({ fails }) => {
  const { signal } = new AbortController();
  const scheduler = new Scheduler(createDecoder({ fails }), { alone: 8, besideOthers: 8 });
  const run = scheduler.run(await createAnswer(4), { owner: "", signal, onPosition: () => undefined });
  if (fails) await expect(run).rejects.toThrow("broken");
  else expect((await run).tokens).toEqual([5, 5, 5, 5]);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

it("gives the slot of an answer that failed to the next", async () => {
  const scheduler = new Scheduler(createDecoder({ fails: true }), { alone: 8, besideOthers: 8 });
  const options = { owner: "", signal: new AbortController().signal, onPosition: () => undefined };
  const answers = [await createAnswer(4), await createAnswer(1)];
  const runs = answers.map((answer) => scheduler.run(answer, options));
  const [first, second] = await Promise.allSettled(runs);
  expect([first?.status, second?.status]).toEqual(["rejected", "fulfilled"]);
});
