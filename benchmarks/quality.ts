import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { loadCheckpoint } from "../inference/checkpoint/load.ts";
import type { Checkpoint } from "../inference/checkpoint/types.ts";
import { type Message, messageSchema } from "../inference/conversation.ts";
import { embeddedCheckpoint } from "../inference/embedded.ts";
import { Decoder } from "../inference/engine/decoder.ts";
import { mediaContext } from "../inference/engine/mediaContext.ts";
import type { EncodedMedium } from "../inference/engine/mediaEncoder.ts";
import { ContentNumbers, placeMedia } from "../inference/engine/prompt.ts";
import { VisionTower } from "../inference/engine/visionTower.ts";
import { readEnvironment } from "../inference/environment.ts";
import { processMedium } from "../inference/media/process.ts";
import { type Dtype, dtypes } from "../inference/model/dtypes.ts";
import { prepareModel } from "../inference/model/prepare.ts";
import { CApiRuntime } from "../inference/runtime/cApiRuntime.ts";
import { buildPrompt } from "../inference/text/prompt.ts";
import { TextTokenizer } from "../inference/text/tokenizer.ts";

/**
 * What a dtype costs in quality: along the fp32 model's own greedy answers to held-out questions, how far the
 * distribution of the next token is from fp32's (KL divergence, nats) and how often its most probable token is the same.
 */

const questionsFolder = path.join(embeddedCheckpoint, "questions");
const questionsSchema = z.array(z.object({ messages: z.array(messageSchema).min(1) }));
const longestAnswer = 48;
/** Every n-th question, which keeps all kinds. */
const stride = 3;

/** Log-probabilities of every next token along an answer. */
interface Trace {
  tokens: number[];
  logProbabilities: Float32Array[];
}

class Model implements AsyncDisposable {
  readonly #checkpoint: Checkpoint;
  readonly #runtime = CApiRuntime.create();
  readonly #tokenizer: TextTokenizer;
  #tower: VisionTower | undefined;
  #decoder: Decoder | undefined;

  private constructor(checkpoint: Checkpoint) {
    this.#checkpoint = checkpoint;
    this.#tokenizer = TextTokenizer.create(checkpoint.tokenizer);
  }

  static async load(dtype: Dtype, cacheFolder: string): Promise<Model> {
    const checkpoint = await loadCheckpoint(embeddedCheckpoint);
    const prepared = await prepareModel(checkpoint, { dtype, cacheFolder });
    const model = new Model(checkpoint);
    const positionTable = await checkpoint.tensors.read("model.visual.pos_embed.weight");
    model.#tower = new VisionTower(model.#runtime, await model.#runtime.createSession(prepared.vision), { config: checkpoint.config, positionTable });
    model.#decoder = new Decoder(model.#runtime, await model.#runtime.createSession(prepared.decoder), { checkpoint, size: { slots: 1, capacity: 2048 } });
    return model;
  }

  /** Follows `answer`, or answers greedily where there is none. */
  async trace(messages: Message[], answer?: readonly number[]): Promise<Trace> {
    const [decoder, tower, checkpoint] = [this.#decoder, this.#tower, this.#checkpoint];
    const sequence = decoder?.sequences[0];
    if (!decoder || !tower || !sequence) throw new Error("not loaded");
    const context = mediaContext(checkpoint, questionsFolder, readEnvironment());
    const media: EncodedMedium[] = [];
    for (const part of messages.flatMap(({ content }) => (typeof content === "string" ? [] : content))) {
      if (part.type === "text") continue;
      const { patches, ...medium } = await processMedium(part, context);
      media.push({ ...medium, features: await tower.encode({ ...medium, patches }) });
    }
    const { config, chatTemplate: template } = checkpoint;
    const built = buildPrompt({ template, tokenizer: this.#tokenizer, messages, addVisionId: false, media, mergeSize: config.vision.mergeSize, tokens: config.tokens });
    const prompt = placeMedia(built.tokens, media, { config, contents: new ContentNumbers() });
    sequence.truncate(0);
    let logits = await decoder.prefill(sequence, prompt, { chunk: 512 });
    const trace: Trace = { tokens: [], logProbabilities: [] };
    while (trace.tokens.length < (answer?.length ?? longestAnswer)) {
      trace.logProbabilities.push(logSoftmax(logits));
      const token = answer?.[trace.tokens.length] ?? largest(logits);
      trace.tokens.push(token);
      if (checkpoint.generation.eosTokenIds.includes(token)) break;
      const [next] = await decoder.step([{ sequence, token, position: prompt.nextPosition + trace.tokens.length - 1 }]);
      logits = next ?? new Float32Array();
    }
    return trace;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runtime[Symbol.asyncDispose]();
    this.#decoder?.[Symbol.dispose]();
    this.#checkpoint[Symbol.dispose]();
  }
}

function largest(values: Float32Array): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? -Infinity) ? index : best), 0);
}

function logSoftmax(logits: Float32Array): Float32Array {
  const highest = logits.reduce((high, value) => Math.max(high, value), -Infinity);
  const total = logits.reduce((sum, value) => sum + Math.exp(value - highest), 0);
  return logits.map((value) => value - highest - Math.log(total));
}

function divergence(exact: Float32Array, other: Float32Array): number {
  return exact.reduce((sum, value, index) => sum + Math.exp(value) * (value - (other[index] ?? -Infinity)), 0);
}

const cacheFolder = await mkdtemp(path.join(tmpdir(), "quality-"));
try {
  const all = questionsSchema.parse(JSON.parse(await readFile(path.join(questionsFolder, "questions.json"), "utf8")));
  const questions = all.filter((_, index) => index % stride === 0).map(({ messages }) => messages);
  const exact: Trace[] = [];
  {
    await using model = await Model.load("fp32", cacheFolder);
    for (const messages of questions) exact.push(await model.trace(messages));
  }
  const rows: Record<string, string | number>[] = [];
  for (const dtype of dtypes.filter((name) => name !== "fp32")) {
    await using model = await Model.load(dtype, cacheFolder);
    let places = 0;
    let same = 0;
    let sum = 0;
    let answers = 0;
    for (const [index, messages] of questions.entries()) {
      const reference = exact[index];
      if (!reference) continue;
      const { logProbabilities } = await model.trace(messages, reference.tokens);
      const agreeing = reference.logProbabilities.filter((expected, place) => largest(expected) === largest(logProbabilities[place] ?? new Float32Array())).length;
      reference.logProbabilities.forEach((expected, place) => (sum += divergence(expected, logProbabilities[place] ?? new Float32Array())));
      places += reference.tokens.length;
      same += agreeing;
      if (agreeing === reference.tokens.length) answers++;
    }
    rows.push({ dtype, "KL divergence": Number((sum / places).toFixed(5)), "same token %": Number(((100 * same) / places).toFixed(2)), "same answer %": Number(((100 * answers) / questions.length).toFixed(1)) });
  }
  console.log(`${questions.length} questions, ${exact.reduce((sum, { tokens }) => sum + tokens.length, 0)} tokens, against fp32`);
  console.table(rows);
} finally {
  await rm(cacheFolder, { recursive: true, force: true });
}
