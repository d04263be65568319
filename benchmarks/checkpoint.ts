import { parseArgs } from "node:util";
import { z } from "zod";
import { writePublishedCheckpoint } from "./randomCheckpoint.ts";
import { checkpointFormats, publishedShapes, shapeNames } from "./shapes.ts";

/** `npm run bench:checkpoint -- --shape 30B-A3B --layers 4 --format fp8 folder`: a checkpoint of a published shape with random weights. */

const usage = `npm run bench:checkpoint -- --shape ${shapeNames.join("|")} [--layers count] [--format ${checkpointFormats.join("|")}] folder`;

const text = { type: "string" } as const;
const { values, positionals } = parseArgs({ options: { shape: text, layers: text, format: text }, allowPositionals: true });
const parsed = z
  .object({ shape: z.enum(shapeNames), layers: z.coerce.number().int().positive().optional(), format: z.enum(checkpointFormats).default("bf16"), folder: z.string().min(1) })
  .safeParse({ ...values, folder: positionals[0] });
if (parsed.success) {
  const { shape, folder, format, layers = publishedShapes[shape].layers } = parsed.data;
  const started = performance.now();
  await writePublishedCheckpoint(folder, shape, { layers, format });
  console.log(`${shape} with ${layers} layers in ${format}: ${folder}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
} else {
  console.error(`${z.prettifyError(parsed.error)}\n${usage}`);
  process.exitCode = 2;
}
