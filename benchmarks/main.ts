import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { embeddedCheckpoint } from "../inference/embedded.ts";
import { shape2b, writeRandomCheckpoint } from "./randomCheckpoint.ts";

/**
 * `npm run bench`: what is compared runs in turn, several times, and medians and ratios are reported, because machines
 * drift. Results go to the console and to benchmarks/results/.
 */

const rounds = 5;
const folder = import.meta.dirname;
const run = promisify(execFile);

async function measure<T>(script: string, flags: Record<string, string>, schema: z.ZodType<T>): Promise<T> {
  const words = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  const { stdout } = await run(process.execPath, ["--import", "tsx", path.join(folder, script), ...words], { maxBuffer: 1 << 20 });
  return schema.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2;
}

function medianOf<Key extends string>(results: readonly Record<Key, number>[], key: Key): number {
  return median(results.map((result) => result[key]));
}

const decodeSchema = z.object({ prefill: z.number(), decode: z.number(), memory: z.number() });
type Row = Record<string, string | number>;

/** The same graph through both APIs of ONNX Runtime, in turn. */
async function compareRuntimes(name: string, flags: Record<string, string>): Promise<Row[]> {
  const ours: z.infer<typeof decodeSchema>[] = [];
  const theirs: z.infer<typeof decodeSchema>[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await measure("decode.ts", { ...flags, runtime: "C API" }, decodeSchema));
    theirs.push(await measure("decode.ts", { ...flags, runtime: "JavaScript API" }, decodeSchema));
  }
  return (["decode", "prefill", "memory"] as const).map((key) => {
    const ratios = ours.map((result, round) => result[key] / (theirs[round]?.[key] ?? NaN));
    const unit = key === "memory" ? "MB at most" : "tokens/s";
    return { what: `${name}: ${key} (${unit})`, "C API": round1(medianOf(ours, key)), "run()": round1(medianOf(theirs, key)), ratio: round2(median(ratios)) };
  });
}

function round1(value: number): number {
  return Math.round(10 * value) / 10;
}

function round2(value: number): number {
  return Math.round(100 * value) / 100;
}

async function compareTurns(): Promise<Row[]> {
  const schema = z.object({ turn1: z.number(), turn5: z.number(), cached5: z.number() });
  const results: z.infer<typeof schema>[] = [];
  for (let round = 0; round < rounds; round++) results.push(await measure("turns.ts", {}, schema));
  const ratio = round2(median(results.map(({ turn1, turn5 }) => turn5 / turn1)));
  return [{ what: "time to first token, one picture (ms)", "turn 1": round1(medianOf(results, "turn1")), "turn 5": round1(medianOf(results, "turn5")), ratio }];
}

const scratch = await mkdtemp(path.join(tmpdir(), "benchmark-"));
try {
  const cache = path.join(scratch, "cache");
  console.log(`${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} threads, Node ${process.version}, ${rounds} rounds, medians`);
  const embedded = await compareRuntimes("embedded model, context 4096", { checkpoint: embeddedCheckpoint, cache, context: "4096", prompt: "512", tokens: "128" });
  console.table(embedded);
  const wide = path.join(scratch, "wide");
  await writeRandomCheckpoint(wide, { ...shape2b, layers: 4 });
  const wideRows = await compareRuntimes("4 layers of the 2B model, context 4096", { checkpoint: wide, cache, context: "4096", prompt: "512", tokens: "32" });
  console.table(wideRows);
  const turns = await compareTurns();
  console.table(turns);
  await mkdir(path.join(folder, "results"), { recursive: true });
  await writeFile(path.join(folder, "results", "latest.json"), JSON.stringify({ node: process.version, rows: [...embedded, ...wideRows, ...turns] }, null, 2));
} finally {
  await rm(scratch, { recursive: true, force: true });
}
