import { mkdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { loadCheckpoint } from "../inference/checkpoint/load.ts";
import type { Checkpoint } from "../inference/checkpoint/types.ts";
import { Decoder } from "../inference/engine/decoder.ts";
import { kvCacheBytesPerToken } from "../inference/engine/kvCache.ts";
import { mediaContext } from "../inference/engine/mediaContext.ts";
import { visionRunBytes } from "../inference/engine/memoryPlan.ts";
import { ContentNumbers, placeMedia } from "../inference/engine/prompt.ts";
import { VisionTower } from "../inference/engine/visionTower.ts";
import { readEnvironment } from "../inference/environment.ts";
import { processMedium } from "../inference/media/process.ts";
import { prepareModel } from "../inference/model/prepare.ts";
import { createRuntime } from "../inference/runtime/index.ts";
import { shape2b, vision2b, writeRandomCheckpoint } from "./randomCheckpoint.ts";

/**
 * How much memory one long input takes, on Linux, with random weights of the 2B model's width: prints a line of JSON.
 *
 *     node --import tsx benchmarks/longInputs.ts prefill --tokens 32768
 *     node --import tsx benchmarks/longInputs.ts vision --side 4096 --stop-after 20
 *     node --import tsx benchmarks/longInputs.ts clip --file hour.mp4
 *
 * Two layers of the decoder and one of the vision tower stand for all: a layer gives its memory to the next.
 */

const flagsSchema = z.object({
  tokens: z.coerce.number().int().positive().default(8192),
  /** Places in the KV cache; without it those of the prompt. */
  capacity: z.coerce.number().int().positive().optional(),
  chunk: z.coerce.number().int().positive().default(512),
  /** Of a square picture, in pixels. */
  side: z.coerce.number().int().positive().default(2048),
  file: z.string().optional(),
  /** Seconds after which the work is stopped, to see how soon it ends. */
  "stop-after": z.coerce.number().positive().optional(),
  folder: z.string().default(path.join(tmpdir(), "long-inputs-benchmark")),
});
const text = { type: "string" } as const;
const { values, positionals } = parseArgs({
  options: { tokens: text, capacity: text, chunk: text, side: text, file: text, "stop-after": text, folder: text },
  allowPositionals: true,
});
const flags = flagsSchema.parse(values);
const what = z.enum(["prefill", "vision", "clip"]).parse(positionals[0]);

/** Memory of the process that no file stands for, in bytes. */
async function memory(): Promise<number> {
  return 1024 * Number(/RssAnon:\s+(\d+)/.exec(await readFile("/proc/self/status", "utf8"))?.[1]);
}

/** Runs something and says how long it took, by how much the memory grew meanwhile, and how soon it ended once stopped. */
async function measure(work: (signal: AbortSignal) => Promise<unknown>, alreadyCounted = () => 0) {
  const before = await memory();
  let peak = 0;
  const watch = setInterval(() => void memory().then((now) => (peak = Math.max(peak, now - before - alreadyCounted()))), 10);
  const stopping = new AbortController();
  let stoppedAt: number | undefined;
  const stop = () => {
    stoppedAt = performance.now();
    stopping.abort(new DOMException("stopped", "AbortError"));
  };
  const timer = flags["stop-after"] === undefined ? undefined : setTimeout(stop, 1000 * flags["stop-after"]);
  const started = performance.now();
  try {
    await work(stopping.signal);
  } catch (fault) {
    if (stoppedAt === undefined) throw fault;
  }
  clearInterval(watch);
  clearTimeout(timer);
  const seconds = (from: number) => Math.round(performance.now() - from) / 1000;
  return { seconds: seconds(started), mebibytes: Math.round(peak / 2 ** 20), ...(stoppedAt === undefined ? {} : { stoppedWithin: seconds(stoppedAt) }) };
}

async function measurePrefill(checkpoint: Checkpoint, file: string) {
  await using runtime = createRuntime(() => undefined);
  const capacity = flags.capacity ?? flags.tokens;
  using decoder = new Decoder(runtime, await runtime.createSession(file), { checkpoint, size: { slots: 1, capacity } });
  const [sequence] = decoder.sequences;
  if (!sequence) throw new RangeError("no slot");
  const ids = Array.from({ length: flags.tokens }, (_, index) => 10 + ((index * 7919) % 1900));
  const prompt = placeMedia(ids, [], { config: checkpoint.config, contents: new ContentNumbers() });
  const written = () => sequence.length * kvCacheBytesPerToken(checkpoint.config.text);
  const { chunk } = flags;
  return { tokens: flags.tokens, capacity, chunk, ...(await measure((signal) => decoder.prefill(sequence, prompt, { chunk, signal }), written)) };
}

async function measureVision(checkpoint: Checkpoint, file: string) {
  await using runtime = createRuntime(() => undefined);
  const { config } = checkpoint;
  const positionTable = await checkpoint.tensors.read("model.visual.pos_embed.weight");
  const tower = new VisionTower(runtime, await runtime.createSession(file), { config, positionTable });
  const side = flags.side / config.vision.patchSize;
  const patches = new Uint8Array(3 * config.vision.temporalPatchSize * flags.side ** 2).fill(100);
  const picture = { kind: "image", grid: { t: 1, h: side, w: side }, patches, timestamps: [], key: "" } as const;
  const planned = Math.round(visionRunBytes(config.vision, side ** 2) / 2 ** 20);
  return { patches: side ** 2, planned, ...(await measure((signal) => tower.encode(picture, signal))) };
}

async function measureClip(checkpoint: Checkpoint) {
  // As the published checkpoints have it; the embedded model sees fewer and smaller frames.
  const video = { ...checkpoint.video, minPixels: 4096, maxPixels: 25_165_824, fps: 2, minFrames: 4, maxFrames: 768 };
  const context = mediaContext({ image: checkpoint.image, video }, ".", readEnvironment());
  let frames = 0;
  const part = { type: "video", video: z.string({ error: "--file is missing" }).parse(flags.file) } as const;
  const figures = await measure((signal) => processMedium(part, { ...context, signal, onFrames: (done) => (frames = done) }));
  return { frames, ...figures };
}

const folder = path.join(flags.folder, "2b");
await mkdir(folder, { recursive: true });
await writeRandomCheckpoint(folder, { ...shape2b, layers: 2, tied: true, vision: { ...vision2b, depth: 1, deepstackLayers: [0] } });
using checkpoint = await loadCheckpoint(folder);
const model = await prepareModel(checkpoint, { dtype: "int4", cacheFolder: path.join(flags.folder, "prepared") });
switch (what) {
  case "prefill":
    console.log(JSON.stringify(await measurePrefill(checkpoint, model.decoder)));
    break;
  case "vision":
    console.log(JSON.stringify(await measureVision(checkpoint, model.vision)));
    break;
  case "clip":
    console.log(JSON.stringify(await measureClip(checkpoint)));
    break;
}
