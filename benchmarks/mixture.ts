import { readFile, stat } from "node:fs/promises";
import { cpus } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { loadCheckpoint } from "../inference/checkpoint/load.ts";
import { Decoder } from "../inference/engine/decoder.ts";
import { ContentNumbers, placeMedia } from "../inference/engine/prompt.ts";
import { dtypes } from "../inference/model/dtypes.ts";
import { prepareModel } from "../inference/model/prepare.ts";
import { CApiRuntime } from "../inference/runtime/cApiRuntime.ts";

/**
 * `npm run bench:mixture -- folder`: prepares a checkpoint (see checkpoint.ts), unless it is prepared already, and prints how
 * long that, loading, prefill and decoding take, and how much memory: what of it is the process's own, and what is mapped
 * from the file and can be given up at any time. For one that is close to the machine's memory.
 */

const text = { type: "string" } as const;
const { values, positionals } = parseArgs({ options: { cache: text, dtype: text, prompt: text, tokens: text, chunk: text }, allowPositionals: true });
const flags = z
  .object({
    folder: z.string().min(1),
    cache: z.string().optional(),
    dtype: z.enum(dtypes).default("int4"),
    prompt: z.coerce.number().int().positive().default(512),
    tokens: z.coerce.number().int().positive().default(32),
    chunk: z.coerce.number().int().positive().default(512),
  })
  .parse({ ...values, folder: positionals[0] });

const seconds = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
  const started = performance.now();
  const result = await work();
  return [result, (performance.now() - started) / 1000];
};

/** In MB, by smaps_rollup; nothing where there is none. */
async function memory(): Promise<Record<string, number>> {
  const lines = await readFile("/proc/self/smaps_rollup", "utf8").catch(() => "");
  const of = (name: string) => Math.round(Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(lines)?.[1] ?? NaN) / 1024);
  return { resident: of("Rss"), own: of("Anonymous") };
}

const checkpoint = await loadCheckpoint(flags.folder);
const { layers } = checkpoint.config.text;
const [model, preparation] = await seconds(() => prepareModel(checkpoint, { dtype: flags.dtype, cacheFolder: flags.cache ?? path.join(flags.folder, "prepared") }));
const preparing = Math.round(process.resourceUsage().maxRSS / 1024);
const bytes = (await stat(path.join(path.dirname(model.decoder), "weights.bin"))).size;
const runtime = CApiRuntime.create();
const [session, loading] = await seconds(() => runtime.createSession(model.decoder));
const loaded = await memory();
const decoder = new Decoder(runtime, session, { checkpoint, size: { slots: 1, capacity: flags.prompt + 2 * flags.tokens + 8 } });
const [sequence] = decoder.sequences;
if (!sequence) throw new Error("no slot");

const tokens = Array.from({ length: flags.prompt }, (_, index) => 10 + ((index * 7919) % 150_000));
const prompt = placeMedia(tokens, [], { config: checkpoint.config, contents: new ContentNumbers() });
const [, cold] = await seconds(() => decoder.prefill(sequence, prompt, { chunk: flags.chunk }));
sequence.truncate(0);
const [, prefill] = await seconds(() => decoder.prefill(sequence, prompt, { chunk: flags.chunk }));
const times: number[] = [];
for (let index = 0; index < flags.tokens; index++) {
  const [, time] = await seconds(() => decoder.step([{ sequence, token: 10 + ((index * 7919) % 150_000), position: prompt.nextPosition + index }]));
  times.push(time);
}
const step = times.sort((a, b) => a - b)[times.length >> 1] ?? NaN;

const two = (value: number) => Math.round(100 * value) / 100;
console.log(`${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} threads, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`);
console.table([
  {
    layers,
    "prepared (GB)": two(bytes / 1e9),
    "preparation (s)": two(preparation),
    "its memory (MB)": preparing,
    "load (s)": two(loading),
    [`first prefill ${flags.prompt} (tokens/s)`]: two(flags.prompt / cold),
    "prefill again (tokens/s)": two(flags.prompt / prefill),
    "decode (tokens/s)": two(1 / step),
    "ms a layer": two((1000 * step) / layers),
  },
]);
console.table({ loaded, "after decoding": await memory() });
process.exit(0);
