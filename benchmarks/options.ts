import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";

export const suiteNames = ["decode", "prefill", "memory", "vision", "users", "turns", "load", "preparation", "cancel", "runtimes"] as const;
export type SuiteName = (typeof suiteNames)[number];

export interface Options {
  only: ReadonlySet<SuiteName>;
  rounds: number;
  /** Checkpoints, prepared weights and the other programs' models; kept for the next run. About 15 GB. */
  scratch: string;
  /** A Python, with torch and transformers if they shall be compared. */
  python: string;
  /** Threads of the other programs; ours takes as many by itself. */
  threads: number;
  /** To see that everything works: a small shape instead of the 2B model's, and short prompts. */
  tiny: boolean;
  /** What the measured processes inherit. */
  variables: NodeJS.ProcessEnv;
}

const schema = z.object({
  only: z
    .string()
    .transform((names) => names.split(","))
    .pipe(z.array(z.enum(suiteNames)))
    .default([...suiteNames]),
  rounds: z.coerce.number().int().positive().default(3),
  scratch: z.string().default(path.join(tmpdir(), "qwen3-vl-benchmark")),
  python: z.string().min(1).default("python3"),
  tiny: z.boolean().default(false),
});

/** Flags, and BENCHMARK_PYTHON: the only place of the benchmark that reads either. @throws ZodError on what it does not know */
export function readOptions(words: readonly string[] = process.argv.slice(2), variables: NodeJS.ProcessEnv = process.env): Options {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args: [...words], options: { only: text, rounds: text, scratch: text, python: text, tiny: { type: "boolean" } } });
  const flags = schema.parse({ python: variables.BENCHMARK_PYTHON, ...values });
  return { ...flags, only: new Set(flags.only), scratch: path.resolve(flags.scratch), threads: availableParallelism(), variables };
}
