import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { rowSchema } from "./row.ts";

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
