import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { loadCheckpoint } from "../inference/checkpoint/load.ts";
import type { Checkpoint } from "../inference/checkpoint/types.ts";
import { Decoder } from "../inference/engine/decoder.ts";
import { weightBytes } from "../inference/engine/memoryPlan.ts";
import { ContentNumbers, placeMedia } from "../inference/engine/prompt.ts";
import { VisionTower } from "../inference/engine/visionTower.ts";
import { dtypes, matrixFormats } from "../inference/model/dtypes.ts";
import { graphKindFor } from "../inference/model/graphKinds.ts";
import { prepareModel } from "../inference/model/prepare.ts";
import { chooseDevice } from "../inference/runtime/chooseDevice.ts";
import { deviceChoices, deviceNames } from "../inference/runtime/types.ts";
import { publishedVocabulary, shape2b, shape8b, vision2b, vision8b, writeRandomCheckpoint } from "./randomCheckpoint.ts";

/**
 * Measures one model shape on one device, with random weights, and prints a line of JSON: decode and prefill in tokens a
 * second, the vision tower in seconds, and the share of the memory bandwidth that decoding reaches when it is given.
 */

const shapes = {
  /** To see that everything works. */
  tiny: { hiddenSize: 256, intermediateSize: 512, heads: 4, kvHeads: 2, headDim: 64, layers: 2 },
  "2b": { ...shape2b, layers: 28, vision: vision2b, vocabularySize: publishedVocabulary, tied: true },
  "8b": { ...shape8b, layers: 36, vision: vision8b, vocabularySize: publishedVocabulary, tied: false },
} as const;

const flagsSchema = z.object({
  shape: z.enum(["tiny", "2b", "8b"]).default("2b"),
  dtype: z.enum(dtypes).default("int4"),
  device: z.enum(deviceChoices).default("auto"),
  /** GB a second, as the maker says. */
  bandwidth: z.coerce.number().positive().optional(),
  prompt: z.coerce.number().int().positive().default(512),
  tokens: z.coerce.number().int().positive().default(64),
  /** Side of the picture, in pixels. */
  picture: z.coerce.number().int().positive().default(1024),
  folder: z.string().default(path.join(tmpdir(), "gpu-benchmark")),
  keep: z.boolean().default(false),
});
const text = { type: "string" } as const;
const options = { shape: text, dtype: text, device: text, bandwidth: text, prompt: text, tokens: text, picture: text, folder: text, keep: { type: "boolean" } } as const;
const flags = flagsSchema.parse(parseArgs({ options }).values);

const checkpointFolder = path.join(flags.folder, flags.shape);
await mkdir(flags.folder, { recursive: true });
await writeRandomCheckpoint(checkpointFolder, shapes[flags.shape]);
const checkpoint = await loadCheckpoint(checkpointFolder);
const model = await prepareModel(checkpoint, { dtype: flags.dtype, cacheFolder: path.join(flags.folder, "prepared") });
const { runtime, reason } = await chooseDevice(flags.device);
const graphs = model.kinds[graphKindFor(runtime)];
console.error(`${flags.shape} in ${flags.dtype} on ${deviceNames[runtime.device]} (${reason})`);

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
};
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

const decoderSession = await runtime.createSession(graphs.decoder);
const language = await measureLanguage(new Decoder(runtime, decoderSession, { checkpoint, size: { slots: 1, capacity: flags.prompt + flags.tokens + 8 } }));
const vision = await measureVision(checkpoint);
const decoderBytes = weightBytes(checkpoint.config, matrixFormats[flags.dtype], runtime.halfPrecision) - visionBytes(checkpoint);
const gigabytes = (decoderBytes * language.decode) / 1e9;
console.log(
  JSON.stringify({
    shape: flags.shape,
    dtype: flags.dtype,
    device: deviceNames[runtime.device],
    ...language,
    vision,
    halfPrecision: runtime.halfPrecision,
    weightBytes: decoderBytes,
    gigabytesPerSecond: gigabytes,
    ...(flags.bandwidth === undefined ? {} : { bandwidthShare: gigabytes / flags.bandwidth }),
  }),
);
await runtime[Symbol.asyncDispose]();
checkpoint[Symbol.dispose]();
if (!flags.keep) await rm(flags.folder, { recursive: true, force: true });

/** Tokens a second, the medians of three runs over the same slot; the first run, which compiles, does not count. */
async function measureLanguage(decoder: Decoder): Promise<{ prefill: number; decode: number }> {
  const [sequence] = decoder.sequences;
  if (!sequence) throw new Error("no slot");
  const tokens = Array.from({ length: flags.prompt }, (_, index) => 10 + ((index * 7919) % 1900));
  const prompt = placeMedia(tokens, [], { config: checkpoint.config, contents: new ContentNumbers() });
  const runs: { prefill: number; decode: number }[] = [];
  for (let run = 0; run < 4; run++) {
    sequence.truncate(0);
    const prefill = await seconds(() => decoder.prefill(sequence, prompt, { chunk: 512 }));
    const decode = await seconds(async () => {
      for (let index = 0; index < flags.tokens; index++) await decoder.step([{ sequence, token: 10 + (index % 1900), position: prompt.nextPosition + index }]);
    });
    if (run > 0) runs.push({ prefill: flags.prompt / prefill, decode: flags.tokens / decode });
  }
  return { prefill: median(runs.map(({ prefill }) => prefill)), decode: median(runs.map(({ decode }) => decode)) };
}

/** Seconds for one picture. */
async function measureVision({ config, tensors }: Checkpoint): Promise<number> {
  const positionTable = await tensors.read("model.visual.pos_embed.weight");
  const tower = new VisionTower(runtime, await runtime.createSession(graphs.vision), { config, positionTable });
  const { patchSize, temporalPatchSize } = config.vision;
  const side = Math.round(flags.picture / patchSize / 2) * 2;
  const patches = new Uint8Array(side * side * 3 * temporalPatchSize * patchSize ** 2).fill(128);
  const medium = { kind: "image" as const, key: "random", grid: { t: 1, h: side, w: side }, patches, timestamps: [] };
  const runs: number[] = [];
  for (let run = 0; run < 4; run++) runs.push(await seconds(() => tower.encode(medium)));
  return median(runs.slice(1));
}

function visionBytes({ tensors }: Checkpoint): number {
  const format = matrixFormats[flags.dtype].vision;
  const width = typeof format === "string" ? (format === "fp16" && runtime.halfPrecision ? 2 : 4) : format.bits / 8 + 4 / format.block;
  return [...tensors.names()].filter((name) => name.startsWith("model.visual.")).reduce((sum, name) => sum + width * tensors.shape(name).reduce((product, dim) => product * dim, 1), 0);
}
