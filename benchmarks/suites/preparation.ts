import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { Options } from "../options.ts";
import type { Programs } from "../programs.ts";
import { preparationSchema } from "../protocol.ts";
import type { Row, Variant } from "../row.ts";
import { median, medianRatio } from "../statistics.ts";
import { measuredDtypes } from "./language.ts";

const run = promisify(execFile);

/** Preparing weights of the 8B model's width against reading them: from the disk, or by one core, whichever is slower. */
export async function measurePreparation(programs: Programs, { rounds }: Options): Promise<Row[]> {
  const checkpoint = await programs.shallowCheckpoint("8B");
  const files = (await readdir(checkpoint)).filter((name) => name.endsWith(".safetensors")).map((name) => path.join(checkpoint, name));
  const gigabytes = (await Promise.all(files.map((file) => stat(file)))).reduce((sum, { size }) => sum + size, 0) / 1e9;
  const contestants = [];
  for (const dtype of measuredDtypes) contestants.push({ dtype, process: await programs.preparation(checkpoint, dtype), seconds: [] as number[], peaks: [] as number[] });
  const [disk, core] = [[], []] as [number[], number[]];
  for (let round = 0; round < rounds; round++) {
    disk.push(await readFromDisk(files));
    for (const { process, seconds, peaks } of contestants) {
      const prepared = await process.measure({ do: "prepare" }, preparationSchema);
      seconds.push(prepared.seconds);
      peaks.push(prepared.peak);
    }
    core.push((await contestants[0]?.process.seconds({ do: "read" })) ?? NaN);
  }
  await programs.end();
  const slower = median(disk) > median(core) ? { name: "the disk", seconds: disk } : { name: "one core", seconds: core };
  const bar = { kind: "most", limit: 3 } as const;
  const ours = contestants.map(({ dtype, seconds }): Variant => ({ name: dtype, value: median(seconds) / gigabytes, ratio: medianRatio(seconds, slower.seconds) }));
  return [
    { work: "preparation, 8B shape", unit: "s per GB", against: `reading, as fast as ${slower.name}`, theirs: median(slower.seconds) / gigabytes, ours, bar },
    { work: "preparation, 8B shape: memory", unit: "MB", ours: contestants.map(({ dtype, peaks }) => ({ name: dtype, value: Math.max(...peaks) / 1e6 })), bar: { kind: "most", limit: 2000 } },
  ];
}

/** Seconds, past the system's cache; 0 where dd cannot do that. */
async function readFromDisk(files: readonly string[]): Promise<number> {
  const started = performance.now();
  try {
    for (const file of files) await run("dd", [`if=${file}`, "of=/dev/null", "bs=16M", "iflag=direct"]);
  } catch {
    return 0;
  }
  return (performance.now() - started) / 1000;
}
