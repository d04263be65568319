import { mkdtemp, open, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { loadCheckpoint } from "../../inference/checkpoint/load.ts";
import { dtypes } from "../../inference/model/dtypes.ts";
import { prepareModel } from "../../inference/model/prepare.ts";
import { serve, timed } from "./serve.ts";

/** The preparation of a checkpoint's weights as a process that is measured. */

const flagsSchema = z.object({ checkpoint: z.string(), scratch: z.string(), dtype: z.enum(dtypes) });
const text = { type: "string" } as const;
const { checkpoint: folder, scratch, dtype } = flagsSchema.parse(parseArgs({ options: { checkpoint: text, scratch: text, dtype: text } }).values);

await serve({ name: `ours, ${dtype}`, loadSeconds: 0 }, async (request) => {
  switch (request.do) {
    case "prepare":
      return prepare();
    case "read":
      return timed(readAll);
    default:
      throw new Error(`this process cannot ${request.do}`);
  }
});
process.exit(0);

async function prepare(): Promise<{ seconds: number; peak: number }> {
  const cacheFolder = await mkdtemp(path.join(scratch, "preparation-"));
  try {
    using checkpoint = await loadCheckpoint(folder);
    const { seconds } = await timed(() => prepareModel(checkpoint, { dtype, cacheFolder }));
    return { seconds, peak: 1024 * process.resourceUsage().maxRSS };
  } finally {
    await rm(cacheFolder, { recursive: true, force: true });
  }
}

/** The least that quantizing must do: read each bfloat16 value and find the largest magnitude of each block of 32. */
async function readAll(): Promise<void> {
  const values = new Uint16Array(1 << 23);
  const largest = new Uint16Array(values.length / 32);
  for (const name of (await readdir(folder)).filter((file) => file.endsWith(".safetensors"))) {
    await using file = await open(path.join(folder, name));
    for (;;) {
      const { bytesRead } = await file.read(values, 0, values.byteLength);
      if (bytesRead === 0) break;
      findLargest(values, largest, bytesRead >> 1);
    }
  }
}

/** Without its sign, a bfloat16's bits are ordered as its magnitude is. */
function findLargest(values: Uint16Array, largest: Uint16Array, count: number): void {
  for (let start = 0; start < count; start += 32) {
    let most = 0;
    for (let index = start; index < start + 32; index++) most = Math.max(most, (values[index] ?? 0) & 0x7fff);
    largest[start >> 5] = most;
  }
}
