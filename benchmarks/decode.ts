import { parseArgs } from "node:util";
import { loadCheckpoint } from "../inference/checkpoint/load.ts";
import { Decoder } from "../inference/engine/decoder.ts";
import { ContentNumbers, placeMedia } from "../inference/engine/prompt.ts";
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
  },
});

const checkpoint = await loadCheckpoint(flags.checkpoint ?? "");
const model = await prepareModel(checkpoint, { dtype: "fp32", cacheFolder: flags.cache ?? "" });
const runtime = flags.runtime === "C API" ? CApiRuntime.create() : new JavaScriptRuntime();
const decoder = new Decoder(runtime, await runtime.createSession(model.decoder), checkpoint);
const sequence = decoder.createSequence();
sequence.reserve(Number(flags.context));

const promptTokens = Array.from({ length: Number(flags.prompt) }, (_, index) => 10 + ((index * 7919) % 1900));
const prompt = placeMedia(promptTokens, [], { config: checkpoint.config, contents: new ContentNumbers() });
const prefillStarted = performance.now();
await decoder.prefill(sequence, prompt, { chunk: 512 });
const prefillSeconds = (performance.now() - prefillStarted) / 1000;

const count = Number(flags.tokens);
const step = (index: number) => decoder.step(sequence, 10 + (index % 1900), prompt.nextPosition + index);
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
