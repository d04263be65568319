import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import onnxProto from "onnx-proto";
import { z } from "zod";
import { loadCheckpoint } from "../inference/checkpoint/load.ts";
import type { Checkpoint, ModelConfig } from "../inference/checkpoint/types.ts";
import { type Message, messageSchema } from "../inference/conversation.ts";
import { embeddedCheckpoint } from "../inference/embedded.ts";
import { Decoder } from "../inference/engine/decoder.ts";
import { mediaContext } from "../inference/engine/mediaContext.ts";
import type { EncodedMedium } from "../inference/engine/mediaEncoder.ts";
import { weightBytes } from "../inference/engine/memoryPlan.ts";
import { ContentNumbers, type DecoderPrompt, placeMedia } from "../inference/engine/prompt.ts";
import { VisionTower } from "../inference/engine/visionTower.ts";
import { readEnvironment } from "../inference/environment.ts";
import { processMedium } from "../inference/media/process.ts";
import { dtypes, matrixFormats, type MatrixFormats } from "../inference/model/dtypes.ts";
import { writeGraphs } from "../inference/model/prepare.ts";
import { preparedModel } from "../inference/model/preparedFolder.ts";
import { CApiRuntime } from "../inference/runtime/cApiRuntime.ts";
import { buildPrompt } from "../inference/text/prompt.ts";
import { TextTokenizer } from "../inference/text/tokenizer.ts";
import { publishedVocabulary, shape2b, vision2b } from "./randomCheckpoint.ts";

/**
 * What a dtype costs in quality: along the fp32 model's own greedy answers to the held-out questions, how far the
 * distribution of the next token is from fp32's (KL divergence, nats) and how often its most probable token is the same.
 *
 *     npm run -s bench:quality -- [--alternatives]
 *
 * With --alternatives also what no dtype stands for: the choices that the dtypes were made from.
 */

const questionsFolder = path.join(embeddedCheckpoint, "questions");
const questionsSchema = z.array(z.object({ messages: z.array(messageSchema).min(1) }));
const longestAnswer = 48;
/** Where fp32's first token is this much more probable than its second, no rounding should change it. */
const sureRatio = 1.25;

interface Variant {
  name: string;
  formats: MatrixFormats;
  /** Multiplies the integers with activations in fp32, which are otherwise quantized to 8 bits as well. */
  floatActivations?: boolean;
}

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

  static async load({ formats, floatActivations }: Omit<Variant, "name">, folder: string): Promise<Model> {
    const checkpoint = await loadCheckpoint(embeddedCheckpoint);
    await writeGraphs(checkpoint, folder, { formats, report: () => undefined });
    const { vision, decoder } = preparedModel(folder);
    if (floatActivations) for (const file of [vision, decoder]) await keepActivations(file);
    const model = new Model(checkpoint);
    const positionTable = await checkpoint.tensors.read("model.visual.pos_embed.weight");
    model.#tower = new VisionTower(model.#runtime, await model.#runtime.createSession(vision), { config: checkpoint.config, positionTable });
    model.#decoder = new Decoder(model.#runtime, await model.#runtime.createSession(decoder), { checkpoint, size: { slots: 1, capacity: 2048 } });
    return model;
  }

  /** Follows `answer`, or answers greedily where there is none. */
  async trace(messages: Message[], answer?: readonly number[]): Promise<Trace> {
    const decoder = this.#decoder;
    const sequence = decoder?.sequences[0];
    if (!decoder || !sequence) throw new Error("not loaded");
    const prompt = await this.#read(messages);
    sequence.truncate(0);
    let logits = await decoder.prefill(sequence, prompt, { chunk: 512 });
    const trace: Trace = { tokens: [], logProbabilities: [] };
    while (trace.tokens.length < (answer?.length ?? longestAnswer)) {
      trace.logProbabilities.push(logSoftmax(logits));
      const token = answer?.[trace.tokens.length] ?? largest(logits);
      trace.tokens.push(token);
      if (this.#checkpoint.generation.eosTokenIds.includes(token)) break;
      const [next] = await decoder.step([{ sequence, token, position: prompt.nextPosition + trace.tokens.length - 1 }]);
      logits = next ?? new Float32Array();
    }
    return trace;
  }

  async #read(messages: Message[]): Promise<DecoderPrompt> {
    const { config, chatTemplate: template } = this.#checkpoint;
    const context = mediaContext(this.#checkpoint, questionsFolder, readEnvironment());
    const media: EncodedMedium[] = [];
    for (const part of messages.flatMap(({ content }) => (typeof content === "string" ? [] : content))) {
      if (part.type === "text") continue;
      const { patches, ...medium } = await processMedium(part, context);
      const features = await this.#tower?.encode({ ...medium, patches });
      if (features) media.push({ ...medium, features });
    }
    const built = buildPrompt({ template, tokenizer: this.#tokenizer, messages, addVisionId: false, media, mergeSize: config.vision.mergeSize, tokens: config.tokens });
    return placeMedia(built.tokens, media, { config, contents: new ContentNumbers() });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runtime[Symbol.asyncDispose]();
    this.#decoder?.[Symbol.dispose]();
    this.#checkpoint[Symbol.dispose]();
  }
}

/** Changes a graph so that MatMulNBits takes its activations as they are. */
async function keepActivations(file: string): Promise<void> {
  const { ModelProto } = onnxProto.onnx;
  const model = ModelProto.decode(await readFile(file));
  for (const { attribute } of model.graph?.node ?? []) {
    for (const entry of attribute ?? []) if (entry.name === "accuracy_level") entry.i = 1;
  }
  await writeFile(file, ModelProto.encode(model).finish());
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

function isSure(logProbabilities: Float32Array): boolean {
  const first = largest(logProbabilities);
  const second = logProbabilities.reduce((high, value, index) => (index === first ? high : Math.max(high, value)), -Infinity);
  return (logProbabilities[first] ?? 0) - second > Math.log(sureRatio);
}

/** Figures of one variant over all places of all answers. */
function compare(exact: readonly Trace[], other: readonly Trace[]): Record<string, number> {
  const places = exact.flatMap((trace, question) =>
    trace.logProbabilities.map((expected, place) => {
      const actual = other[question]?.logProbabilities[place] ?? new Float32Array();
      return { question, divergence: divergence(expected, actual), same: largest(expected) === largest(actual), sure: isSure(expected) };
    }),
  );
  const percent = (some: number, all: number) => Number(((100 * some) / all).toFixed(2));
  const sure = places.filter((place) => place.sure);
  const broken = new Set(places.filter(({ same }) => !same).map(({ question }) => question));
  const divergences = places.map((place) => place.divergence).sort((a, b) => a - b);
  const mean = divergences.reduce((sum, value) => sum + value, 0) / places.length;
  const ofQuestions = exact.map((_, question) => places.filter((place) => place.question === question).reduce((sum, place) => sum + place.divergence - mean, 0));
  return {
    "KL mean": Number(mean.toFixed(6)),
    // Places of one answer depend on each other, so questions are what counts as independent.
    "± standard error": Number((Math.hypot(...ofQuestions) / places.length).toFixed(6)),
    "KL 99 %": Number((divergences[Math.floor(0.99 * divergences.length)] ?? 0).toFixed(5)),
    "same token %": percent(places.filter(({ same }) => same).length, places.length),
    "same where sure %": percent(sure.filter(({ same }) => same).length, sure.length),
    "same answer %": percent(exact.length - broken.size, exact.length),
  };
}

/** The 2B model's, for sizes. */
function config2b({ text, vision, ...config }: ModelConfig): ModelConfig {
  return { ...config, text: { ...text, ...shape2b, layers: 28, vocabularySize: publishedVocabulary }, vision: { ...vision, ...vision2b, outputSize: shape2b.hiddenSize } };
}

function variants(alternatives: boolean): Variant[] {
  const offered = dtypes.filter((name) => name !== "fp32").map((name) => ({ name, formats: matrixFormats[name] }));
  if (!alternatives) return offered;
  const int8 = { bits: 8, block: 128, zeroPoints: false } as const;
  const blocks = ([32, 128] as const).flatMap((block) => [false, true].map((zeroPoints) => ({ bits: 4, block, zeroPoints }) as const));
  const short = ({ block, zeroPoints }: (typeof blocks)[number]) => `int4 block ${block}${zeroPoints ? " zero points" : ""}`;
  const rest = { experts: int8, vision: int8, head: int8 };
  return [
    ...offered,
    ...blocks.map((format) => ({ name: `decoder ${short(format)}, rest int8`, formats: { ...rest, decoder: format } })),
    ...blocks.map((format) => ({ name: `head ${short(format)}, rest int8`, formats: { ...rest, decoder: int8, head: format } })),
    ...blocks.map((format) => ({ name: `vision ${short(format)}, rest int8`, formats: { ...rest, decoder: int8, vision: format } })),
    { name: "int8, activations fp32", formats: { ...rest, decoder: int8 }, floatActivations: true },
    ...blocks.map((format) => ({ name: `decoder ${short(format)}, rest int8, activations fp32`, formats: { ...rest, decoder: format }, floatActivations: true })),
  ];
}

const { values: flags } = parseArgs({ options: { alternatives: { type: "boolean", default: false } } });
const folder = await mkdtemp(path.join(tmpdir(), "quality-"));
try {
  const questions = questionsSchema.parse(JSON.parse(await readFile(path.join(questionsFolder, "questions.json"), "utf8"))).map(({ messages }) => messages);
  const traces = async (variant: Omit<Variant, "name">, followed: readonly Trace[]): Promise<Trace[]> => {
    await using model = await Model.load(variant, await mkdtemp(path.join(folder, "model-")));
    const all: Trace[] = [];
    for (const [index, messages] of questions.entries()) all.push(await model.trace(messages, followed[index]?.tokens));
    return all;
  };
  using checkpoint = await loadCheckpoint(embeddedCheckpoint);
  const config = config2b(checkpoint.config);
  const parameters = weightBytes(config, matrixFormats.fp32) / 4;
  const exact = await traces({ formats: matrixFormats.fp32 }, []);
  const places = exact.flatMap(({ logProbabilities }) => logProbabilities);
  console.log(`${questions.length} questions, ${places.length} tokens, against fp32, which is sure of ${places.filter(isSure).length}`);
  const rows: Record<string, Record<string, number>> = {};
  for (const variant of variants(flags.alternatives)) {
    const bytes = weightBytes(config, variant.formats);
    const size = { "GB of 2B": Number((bytes / 1e9).toFixed(2)), "bits a weight": Number(((8 * bytes) / parameters).toFixed(2)) };
    rows[variant.name] = { ...size, ...compare(exact, await traces(variant, exact)) };
    console.error(variant.name, rows[variant.name]);
  }
  console.table(rows);
} finally {
  await rm(folder, { recursive: true, force: true });
}
