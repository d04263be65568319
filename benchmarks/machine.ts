import { cpus, release, totalmem, type } from "node:os";
import type { Options } from "./options.ts";

/** Where and how it was measured, in a line. */
export function describeMachine({ threads, rounds }: Pick<Options, "threads" | "rounds">): string {
  const processor = cpus()[0]?.model.trim() ?? "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${threads} threads of ${processor}, ${memory} GiB, ${type()} ${release()}, Node ${process.version}, medians of ${rounds} rounds`;
}
