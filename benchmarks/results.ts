import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { type Row, rowSchema } from "./row.ts";

export const resultsFile = path.join(import.meta.dirname, "results", "latest.json");

const resultsSchema = z.object({ machine: z.string(), disturbance: z.string(), date: z.iso.datetime(), rows: z.array(rowSchema) });
export type Results = z.infer<typeof resultsSchema>;

/** What the last runs have measured; undefined where there was none, or one of another version. */
export async function readResults(): Promise<Results | undefined> {
  try {
    return resultsSchema.parse(JSON.parse(await readFile(resultsFile, "utf8")));
  } catch {
    return undefined;
  }
}

/** What was measured again takes its old place. */
export function mergeRows(earlier: readonly Row[], rows: readonly Row[]): Row[] {
  const same = (a: Row, b: Row) => a.work === b.work && a.against === b.against;
  const kept = earlier.map((row) => rows.find((again) => same(again, row)) ?? row);
  return [...kept, ...rows.filter((row) => !earlier.some((old) => same(old, row)))];
}
