import { parseArgs } from "node:util";
import { z } from "zod";
import { loadCheckpoint } from "../inference/checkpoint/load.ts";
import { Decoder } from "../inference/engine/decoder.ts";
import { ContentNumbers, placeMedia } from "../inference/engine/prompt.ts";
import { dtypes } from "../inference/model/dtypes.ts";
import { prepareModel } from "../inference/model/prepare.ts";
import { CApiRuntime } from "../inference/runtime/cApiRuntime.ts";
import { JavaScriptRuntime } from "../inference/runtime/javaScriptRuntime.ts";

/** One measurement, in a process of its own so that its memory can be read: prints a line of JSON. */

const { values: flags } = parseArgs({
  options: {
    checkpoint: { type: "string" },
    cache: { type: "string" },
    runtime: { type: "string" },
    context: { type: "string" },
    prompt: { type: "string" },
    tokens: { type: "string" },
    dtype: { type: "string" },
  },
});

const dtypeSchema = z.enum(dtypes);
const checkpoint = await loadCheckpoint(flags.checkpoint ?? "");
const model = await prepareModel(checkpoint, { dtype: dtypeSchema.parse(flags.dtype ?? "fp32"), cacheFolder: flags.cache ?? "" });
const runtime = flags.runtime === "C API" ? CApiRuntime.create() : new JavaScriptRuntime();
const decoder = new Decoder(runtime, await runtime.createSession(model.decoder), { checkpoint, size: { slots: 1, capacity: Number(flags.context) } });
const [sequence] = decoder.sequences;
if (!sequence) throw new Error("no slot");

const promptTokens = Array.from({ length: Number(flags.prompt) }, (_, index) => 10 + ((index * 7919) % 1900));
const prompt = placeMedia(promptTokens, [], { config: checkpoint.config, contents: new ContentNumbers() });
const prefillStarted = performance.now();
await decoder.prefill(sequence, prompt, { chunk: 512 });
const prefillSeconds = (performance.now() - prefillStarted) / 1000;

const count = Number(flags.tokens);
const step = (index: number) => decoder.step([{ sequence, token: 10 + (index % 1900), position: prompt.nextPosition + index }]);
await step(0);
const decodeStarted = performance.now();
for (let index = 1; index <= count; index++) await step(index);
const decodeSeconds = (performance.now() - decodeStarted) / 1000;

console.log(
  JSON.stringify({
    prefill: promptTokens.length / prefillSeconds,
    decode: count / decodeSeconds,
    memory: process.resourceUsage().maxRSS / 1024,
  }),
);
process.exit(0);
