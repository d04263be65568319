import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { promptTokens } from "../tokens.ts";
import { processMemory } from "./memory.ts";
import { serve, timed } from "./serve.ts";

/** llama.cpp through node-llama-cpp, which lies in a folder of its own, as a process that is measured. */

/** What is used of node-llama-cpp. */
interface NodeLlamaCpp {
  getLlama(options: { gpu: false; build: "never"; logLevel: "error"; maxThreads: number }): Promise<{
    loadModel(options: { modelPath: string }): Promise<Model>;
  }>;
}
interface Model {
  createContext(options: { contextSize: number; batchSize: number; flashAttention: boolean; threads: number }): Promise<Context>;
}
interface Context extends AsyncDisposable {
  getSequence(): Sequence;
}
interface Sequence {
  readonly nextTokenIndex: number;
  evaluate(tokens: readonly number[], options: { temperature: 0; yieldEogToken: true }): AsyncGenerator<number, void, undefined>;
  evaluateWithoutGeneratingNewTokens(tokens: readonly number[]): Promise<void>;
  clearHistory(): Promise<void>;
  eraseContextTokenRanges(ranges: readonly { start: number; end: number }[]): Promise<void>;
}

const flagsSchema = z.object({
  package: z.string(),
  version: z.string(),
  model: z.string(),
  threads: z.coerce.number().int().positive(),
  flash: z.enum(["on", "off"]),
});
const text = { type: "string" } as const;
const flags = flagsSchema.parse(parseArgs({ options: { package: text, version: text, model: text, threads: text, flash: text } }).values);

const greedily = { temperature: 0, yieldEogToken: true } as const;

const entry = createRequire(path.join(flags.package, "package.json")).resolve("node-llama-cpp");
const library: unknown = await import(pathToFileURL(entry).href);
if (!isNodeLlamaCpp(library)) throw new Error("this is not node-llama-cpp");
const started = performance.now();
const llama = await library.getLlama({ gpu: false, build: "never", logLevel: "error", maxThreads: flags.threads });
const model = await llama.loadModel({ modelPath: flags.model });
/** As llama.cpp's own default: the number of tokens that are read at once. */
const batchSize = 512;
/** A cache of keys and values is all in memory from its start, so it is not larger than what was asked for yet. */
let context = await createContext(batchSize);

await serve({ name: `node-llama-cpp ${flags.version}, Q4_0`, loadSeconds: (performance.now() - started) / 1000 }, async (request) => {
  switch (request.do) {
    case "prefill": {
      const sequence = await reserve(request.tokens + 1);
      await sequence.clearHistory();
      return timed(() => generate(sequence, promptTokens(request.tokens), 1));
    }
    case "decode": {
      const sequence = await reserve(request.context + request.tokens + 1);
      // Only what is missing is read; the last token of the context starts the answer, and its run is not timed.
      await sequence.eraseContextTokenRanges([{ start: Math.min(sequence.nextTokenIndex, request.context - 1), end: sequence.nextTokenIndex }]);
      await sequence.evaluateWithoutGeneratingNewTokens(promptTokens(request.context - 1).slice(sequence.nextTokenIndex));
      return generate(sequence, promptTokens(request.context).slice(-1), 1 + request.tokens);
    }
    case "memory":
      return processMemory();
    default:
      throw new Error(`this process cannot ${request.do}`);
  }
});
process.exit(0);

async function createContext(contextSize: number): Promise<{ contextSize: number; owner: Context; sequence: Sequence }> {
  const owner = await model.createContext({ contextSize, batchSize, flashAttention: flags.flash === "on", threads: flags.threads });
  return { contextSize, owner, sequence: owner.getSequence() };
}

/** The sequence, in a context of at least so many tokens; in a new one it is empty. */
async function reserve(tokens: number): Promise<Sequence> {
  if (context.contextSize < tokens) {
    await context.owner[Symbol.asyncDispose]();
    context = await createContext(tokens);
  }
  return context.sequence;
}

/** Seconds from the first generated token to the last. */
async function generate(sequence: Sequence, tokens: readonly number[], count: number): Promise<{ seconds: number }> {
  const answer = sequence.evaluate(tokens, greedily);
  await answer.next();
  const first = performance.now();
  for (let generated = 1; generated < count; generated++) {
    if ((await answer.next()).done === true) throw new Error(`${generated} tokens instead of ${count}`);
  }
  const seconds = (performance.now() - first) / 1000;
  await answer.return();
  return { seconds };
}

function isNodeLlamaCpp(module: unknown): module is NodeLlamaCpp {
  return typeof module === "object" && module !== null && "getLlama" in module && typeof module.getLlama === "function";
}
