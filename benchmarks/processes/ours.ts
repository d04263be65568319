import { parseArgs } from "node:util";
import { z } from "zod";
import { loadCheckpoint } from "../../inference/checkpoint/load.ts";
import { Decoder } from "../../inference/engine/decoder.ts";
import { ContentNumbers, placeMedia } from "../../inference/engine/prompt.ts";
import type { Sequence } from "../../inference/engine/sequence.ts";
import { VisionTower } from "../../inference/engine/visionTower.ts";
import { dtypes } from "../../inference/model/dtypes.ts";
import { prepareModel } from "../../inference/model/prepare.ts";
import { CApiRuntime } from "../../inference/runtime/cApiRuntime.ts";
import { JavaScriptRuntime } from "../../inference/runtime/javaScriptRuntime.ts";
import { greedyToken, promptTokens } from "../tokens.ts";
import { processMemory } from "./memory.ts";
import { serve, timed } from "./serve.ts";

/** Our decoder, or our vision tower, as a process that is measured. */

const flagsSchema = z.object({
  checkpoint: z.string(),
  cache: z.string(),
  dtype: z.enum(dtypes),
  part: z.enum(["decoder", "vision"]),
  runtime: z.enum(["C API", "run()"]),
  /** Tokens that fit into the KV cache. */
  capacity: z.coerce.number().int().positive(),
});
const text = { type: "string" } as const;
const flags = flagsSchema.parse(parseArgs({ options: { checkpoint: text, cache: text, dtype: text, part: text, runtime: text, capacity: text } }).values);

/** As the engine reads prompts when nobody else waits. */
const chunk = 512;

const started = performance.now();
const checkpoint = await loadCheckpoint(flags.checkpoint);
const { config } = checkpoint;
const model = await prepareModel(checkpoint, { dtype: flags.dtype, cacheFolder: flags.cache });
const runtime = flags.runtime === "C API" ? CApiRuntime.create() : new JavaScriptRuntime();
const measured = flags.part === "decoder" ? await createDecoder() : await createTower();
await serve({ name: `ours, ${flags.dtype}`, loadSeconds: (performance.now() - started) / 1000 }, async (request) => {
  if (request.do === "memory") return processMemory();
  return measured(request);
});
process.exit(0);

type Measured = (request: Parameters<Parameters<typeof serve>[1]>[0]) => Promise<unknown>;

async function createDecoder(): Promise<Measured> {
  const decoder = new Decoder(runtime, await runtime.createSession(model.decoder), { checkpoint, size: { slots: 1, capacity: flags.capacity } });
  const [sequence] = decoder.sequences;
  if (!sequence) throw new Error("no slot");
  return async (request) => {
    switch (request.do) {
      case "prefill":
        sequence.truncate(0);
        return timed(async () => greedyToken(await read(decoder, sequence, request.tokens)));
      case "decode": {
        // Only what is missing is read.
        let logits = await read(decoder, sequence, request.context);
        const result = await timed(async () => {
          for (let index = 0; index < request.tokens; index++) {
            [logits = logits] = await decoder.step([{ sequence, token: greedyToken(logits), position: request.context + index }]);
          }
          greedyToken(logits);
        });
        sequence.truncate(request.context);
        return result;
      }
      default:
        throw new Error(`this process cannot ${request.do}`);
    }
  };
}

function read(decoder: Decoder, sequence: Sequence, tokens: number): Promise<Float32Array> {
  return decoder.prefill(sequence, placeMedia(promptTokens(tokens), [], { config, contents: new ContentNumbers() }), { chunk });
}

async function createTower(): Promise<Measured> {
  const positionTable = await checkpoint.tensors.read("model.visual.pos_embed.weight");
  const tower = new VisionTower(runtime, await runtime.createSession(model.vision), { config, positionTable });
  return async (request) => {
    if (request.do !== "vision") throw new Error(`this process cannot ${request.do}`);
    const { patchSize, temporalPatchSize } = config.vision;
    const side = request.side / patchSize;
    const patches = Uint8Array.from({ length: side ** 2 * 3 * temporalPatchSize * patchSize ** 2 }, (_, index) => (index * 7919) % 256);
    return timed(() => tower.encode({ kind: "image", key: "random", grid: { t: 1, h: side, w: side }, patches, timestamps: [] }));
  };
}
