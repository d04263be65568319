import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { EngineError } from "../errors.ts";

/** Reading the small files of a checkpoint folder. `file` is always relative to the folder, as errors name it. */

const absent = new Set(["ENOENT", "ENOTDIR"]);

/** Whether a fault of the file system says that there is no such file. */
export function isAbsent(fault: unknown): boolean {
  return fault instanceof Error && "code" in fault && typeof fault.code === "string" && absent.has(fault.code);
}

export function corrupt(file: string, reason: string, cause?: unknown): EngineError {
  return new EngineError("checkpoint_corrupt", { file, reason }, { cause });
}

export function missing(folder: string, file: string): EngineError {
  return new EngineError("checkpoint_missing_file", { folder, file });
}

/** The text of a file, or undefined when it is not there. @throws EngineError checkpoint_corrupt when it cannot be read. */
export async function readOptionalText(folder: string, file: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, file), "utf8");
  } catch (fault) {
    if (isAbsent(fault)) return undefined;
    throw corrupt(file, "it cannot be read", fault);
  }
}

/** A JSON file through its schema, or undefined when it is not there. @throws EngineError checkpoint_corrupt. */
export async function readOptionalJson<T>(folder: string, file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readOptionalText(folder, file);
  return text === undefined ? undefined : parseJson(file, text, schema);
}

/** The same for a file that must be there. @throws EngineError checkpoint_missing_file, checkpoint_corrupt. */
export async function readJson<T>(folder: string, file: string, schema: z.ZodType<T>): Promise<T> {
  const value = await readOptionalJson(folder, file, schema);
  if (value === undefined) throw missing(folder, file);
  return value;
}

/** @throws EngineError checkpoint_corrupt naming the first fault. */
export function parseJson<T>(file: string, text: string, schema: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (fault) {
    throw corrupt(file, "it is not JSON", fault);
  }
  return parseWith(file, json, schema);
}

/** @throws EngineError checkpoint_corrupt naming the first fault. */
export function parseWith<T>(file: string, value: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".") ?? "";
  throw corrupt(file, where === "" ? "it is not laid out as it should be" : `${where} is missing or not valid`, parsed.error);
}

export const jsonObjectSchema = z.record(z.string(), z.unknown());
