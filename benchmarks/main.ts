import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describeDisturbance, tooMuch } from "./disturbance.ts";
import { describeMachine } from "./machine.ts";
import { type Options, readOptions, type SuiteName, suiteNames } from "./options.ts";
import { Programs } from "./programs.ts";
import { consoleTable } from "./report/table.ts";
import { mergeRows, readResults, resultsFile } from "./results.ts";
import type { Row } from "./row.ts";
import { measureCancel, measureLoad, measureTurns, measureUsers } from "./suites/engine.ts";
import { measureLanguage } from "./suites/language.ts";
import { measurePreparation } from "./suites/preparation.ts";
import { measureRuntimes } from "./suites/runtimes.ts";
import { measureVision } from "./suites/vision.ts";

/**
 * `npm run bench`: our engine side by side with llama.cpp, transformers and itself. What is compared takes turns, several
 * times; medians and ratios are reported. Results go to the console and to benchmarks/results/; `npm run bench:publish`
 * then writes the README's table and the charts.
 */

interface Suite {
  names: readonly SuiteName[];
  measure: (programs: Programs, options: Options) => Promise<Row[]>;
}

const suites: readonly Suite[] = [
  { names: ["decode", "prefill", "memory"], measure: measureLanguage },
  { names: ["vision"], measure: measureVision },
  { names: ["users"], measure: measureUsers },
  { names: ["turns"], measure: measureTurns },
  { names: ["load"], measure: measureLoad },
  { names: ["preparation"], measure: measurePreparation },
  { names: ["cancel"], measure: measureCancel },
  { names: ["runtimes"], measure: measureRuntimes },
];

const options = readOptions();
const machine = describeMachine(options);
console.log(machine);
const rows: Row[] = [];
const disturbances: number[] = [];
await using programs = new Programs(options, ({ work, result, others }) => {
  disturbances.push(others);
  console.error(`  ${work}: ${JSON.stringify(result)}${others < tooMuch ? "" : `, while others took ${Math.round(100 * others)} % of the processor`}`);
});
for (const { names, measure } of suites.filter((suite) => suite.names.some((name) => options.only.has(name)))) {
  const started = performance.now();
  try {
    const measured = await measure(programs, options);
    rows.push(...measured);
    console.log(consoleTable(measured));
    console.log(`${names.join(", ")}: ${Math.round((performance.now() - started) / 1000)} s\n`);
  } catch (fault) {
    // One that fails does not cost the others their results.
    console.error(`${names.join(", ")} failed:`, fault);
    process.exitCode = 1;
    await programs.end();
  }
}
const disturbance = describeDisturbance(disturbances);
console.log(disturbance);
if (!options.tiny) {
  await mkdir(path.dirname(resultsFile), { recursive: true });
  const earlier = options.only.size === suiteNames.length ? [] : ((await readResults())?.rows ?? []);
  await writeFile(resultsFile, JSON.stringify({ machine, disturbance, date: new Date().toISOString(), rows: mergeRows(earlier, rows) }, null, 2));
}
