import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { countTests } from "./testCount.ts";

/** Prints "N passed, N failed" over the reports of the test runners; the arguments name the steps that failed. */

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function report(name: string): unknown {
  const file = join(root, ".cache", `${name}.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

const { passed, failed } = countTests({ unit: report("unit"), e2e: report("e2e"), failedSteps: process.argv.slice(2) });
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
