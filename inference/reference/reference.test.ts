import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadCheckpoint } from "../checkpoint/load.ts";
import type { Checkpoint } from "../checkpoint/types.ts";
import { Decoder } from "../engine/decoder.ts";
import { Engine } from "../engine/engine.ts";
import type { EncodedMedium } from "../engine/mediaEncoder.ts";
import { ContentNumbers, type DecoderPrompt, placeMedia } from "../engine/prompt.ts";
import type { Sequence } from "../engine/sequence.ts";
import { VisionTower } from "../engine/visionTower.ts";
import { readEnvironment } from "../environment.ts";
import { defaultMediaLimits } from "../media/context.ts";
import { processMedium } from "../media/process.ts";
import { localSourceOptions } from "../media/source.ts";
import type { ProcessedMedium } from "../media/types.ts";
import { prepareModel } from "../model/prepare.ts";
import { createRuntime, type Runtime } from "../runtime/index.ts";
import { buildPrompt } from "../text/prompt.ts";
import { TextTokenizer } from "../text/tokenizer.ts";
import { caseNames, readCase, type ReferenceCase, referenceFolder } from "./read.ts";

/** Everything that the Python reference computed, computed by ours: the bounds are those of fp32 arithmetic in another order. */

const featureTolerance = 1e-4;
const logitTolerance = 2e-3;
/** Below this margin over the runner-up, either token may be the greatest. */
const marginTolerance = 5e-3;
/** The reference's MODEL_SEQ_LEN. */
const modelSequenceLength = 4096;

class ReferenceModel implements AsyncDisposable {
  readonly checkpoint: Checkpoint;
  readonly tower: VisionTower;
  readonly decoder: Decoder;
  readonly tokenizer: TextTokenizer;
  readonly #runtime: Runtime;

  private constructor(checkpoint: Checkpoint, runtime: Runtime, parts: { tower: VisionTower; decoder: Decoder }) {
    this.checkpoint = checkpoint;
    this.#runtime = runtime;
    this.tower = parts.tower;
    this.decoder = parts.decoder;
    this.tokenizer = TextTokenizer.create(checkpoint.tokenizer);
  }

  static async load(folder: string, cacheFolder: string): Promise<ReferenceModel> {
    const checkpoint = await loadCheckpoint(folder);
    const model = await prepareModel(checkpoint, { dtype: "fp32", cacheFolder });
    const runtime = createRuntime((reason) => {
      throw reason; // the C API must work where tests run
    });
    const positionTable = await checkpoint.tensors.read("model.visual.pos_embed.weight");
    const tower = new VisionTower(runtime, await runtime.createSession(model.vision), { config: checkpoint.config, positionTable });
    const decoder = new Decoder(runtime, await runtime.createSession(model.decoder), { checkpoint, size: { slots: 3, capacity: 512 } });
    return new ReferenceModel(checkpoint, runtime, { tower, decoder });
  }

  process(reference: ReferenceCase): Promise<ProcessedMedium[]> {
    const context = {
      processors: { image: this.checkpoint.image, video: this.checkpoint.video },
      source: localSourceOptions(referenceFolder),
      modelSequenceLength,
      limits: defaultMediaLimits,
      ffmpegPath: readEnvironment().ffmpegPath,
    };
    const parts = reference.description.messages.flatMap(({ content }) => (typeof content === "string" ? [] : content));
    return Promise.all(parts.filter((part) => part.type !== "text").map((part) => processMedium(part, context)));
  }

  async prompt(reference: ReferenceCase): Promise<{ prompt: DecoderPrompt; text: string; media: EncodedMedium[] }> {
    const media: EncodedMedium[] = [];
    for (const { patches, ...medium } of await this.process(reference)) {
      media.push({ ...medium, features: await this.tower.encode({ ...medium, patches }) });
    }
    const { config, chatTemplate: template } = this.checkpoint;
    const { messages, options } = reference.description;
    const { text, tokens } = buildPrompt({
      template,
      tokenizer: this.tokenizer,
      messages,
      addVisionId: options.add_vision_id,
      media,
      mergeSize: config.vision.mergeSize,
      tokens: config.tokens,
    });
    return { prompt: placeMedia(tokens, media, { config, contents: new ContentNumbers() }), text, media };
  }

  /** Greedy tokens after the prompt. */
  async greedy(sequence: Sequence, prompt: DecoderPrompt, { logits, count }: { logits: Float32Array; count: number }): Promise<number[]> {
    const tokens: number[] = [];
    for (let current = logits; tokens.length < count; ) {
      const token = current.reduce((best, value, index) => (value > (current[best] ?? -Infinity) ? index : best), 0);
      tokens.push(token);
      const [next] = await this.decoder.step([{ sequence, token, position: prompt.nextPosition + tokens.length - 1 }]);
      current = next ?? new Float32Array();
    }
    return tokens;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runtime[Symbol.asyncDispose]();
    this.decoder[Symbol.dispose]();
    this.checkpoint[Symbol.dispose]();
  }
}

let cacheFolder: string;
const models = new Map<string, ReferenceModel>();

beforeAll(async () => {
  cacheFolder = await mkdtemp(path.join(tmpdir(), "reference-"));
  for (const name of ["dense", "untied-yarn", "moe"]) models.set(name, await ReferenceModel.load(path.join(referenceFolder, name), cacheFolder));
});

afterAll(async () => {
  for (const model of models.values()) await model[Symbol.asyncDispose]();
  await rm(cacheFolder, { recursive: true, force: true });
});

function modelOf(reference: ReferenceCase): ReferenceModel {
  const model = models.get(reference.description.checkpoint);
  if (!model) throw new Error("unknown checkpoint");
  return model;
}

/** Greedy ids must agree up to the first place where the reference itself was undecided. */
function expectGreedy(reference: ReferenceCase, tokens: readonly number[]): void {
  const undecided = reference.float32("greedy_margins").values.findIndex((margin) => margin < marginTolerance);
  const decided = undecided < 0 ? tokens.length : undecided;
  expect(tokens.slice(0, decided)).toEqual([...reference.int32("greedy_ids").values.slice(0, decided)]);
}

function largestDifference(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  return actual.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (expected[index] ?? NaN))), 0);
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(arrays.reduce((sum, array) => sum + array.length, 0));
  arrays.reduce((offset, array) => (result.set(array, offset), offset + array.length), 0);
  return result;
}

describe.each(caseNames)("reference case %s", (name) => {
  const reference = readCase(name);
  const kinds = (["image", "video"] as const).filter((kind) => reference.has(`${kind}_grid_thw`));

  it("makes the same patches", async () => {
    const media = await modelOf(reference).process(reference);
    for (const kind of kinds) {
      const ours = media.filter((medium) => medium.kind === kind);
      expect(ours.flatMap(({ grid }) => [grid.t, grid.h, grid.w])).toEqual([...reference.int32(`${kind}_grid_thw`).values]);
      const patches = Buffer.concat(ours.map((medium) => medium.patches));
      expect(patches.equals(reference.uint8(kind === "image" ? "pixel_values" : "pixel_values_videos").values)).toBe(true);
    }
  });

  it("makes the same prompt, tokens and positions", async () => {
    const { prompt, text } = await modelOf(reference).prompt(reference);
    expect(text).toBe(reference.description.prompt);
    expect([...prompt.tokens]).toEqual([...reference.int32("input_ids").values]);
    expect([...prompt.positions]).toEqual([...reference.int32("position_ids").values]);
    expect(prompt.nextPosition - prompt.tokens.length).toBe(reference.int32("rope_delta").values[0]);
  });

  it("sees the same in its media", async () => {
    const { media } = await modelOf(reference).prompt(reference);
    for (const kind of kinds) {
      const features = media.filter((medium) => medium.kind === kind).map((medium) => medium.features);
      expect(largestDifference(joined(features.map(({ embeddings }) => embeddings)), reference.float32(`${kind}_embeds`).values)).toBeLessThan(featureTolerance);
      for (const layer of [0, 1, 2]) {
        const ours = joined(features.map(({ deepstack }) => deepstack[layer] ?? new Float32Array()));
        expect(largestDifference(ours, reference.float32(`${kind}_deepstack_${layer}`).values)).toBeLessThan(featureTolerance);
      }
    }
  });

  it.each([
    { how: "at once", chunk: 4096, cached: 0 },
    { how: "in chunks of 16", chunk: 16, cached: 0 },
    { how: "with half of it in the cache", chunk: 4096, cached: 0.5 },
    { how: "with all of it in the cache", chunk: 4096, cached: 1 },
  ])("gives the same logits and greedy tokens, the prompt read $how", async ({ chunk, cached }) => {
    const model = modelOf(reference);
    const { prompt } = await model.prompt(reference);
    const sequence = model.decoder.sequences[1] ?? expect.fail();
    sequence.truncate(0);
    if (cached > 0) {
      await model.decoder.prefill(sequence, prompt, { chunk: 64 });
      sequence.truncate(Math.floor(cached * prompt.tokens.length));
    }
    const logits = await model.decoder.prefill(sequence, prompt, { chunk });
    expect(largestDifference(logits, reference.float32("logits").values)).toBeLessThan(logitTolerance);
    expectGreedy(reference, await model.greedy(sequence, prompt, { logits, count: 24 }));
  });
});

it.each(["dense", "untied-yarn", "moe"])("the engine answers the cases of %s with the same tokens", async (checkpoint) => {
  const environment = { ...readEnvironment(), cacheFolder, modelSequenceLength };
  await using engine = await Engine.load(path.join(referenceFolder, checkpoint), { environment });
  for (const reference of caseNames.map(readCase).filter(({ description }) => description.checkpoint === checkpoint)) {
    const { messages, options } = reference.description;
    const generation = { ...options, sampling: { greedy: true }, ignore_eos: true, max_new_tokens: 24 };
    for await (const event of engine.generate({ messages, options: generation }, { mediaFolder: referenceFolder })) {
      expect(event.type).not.toBe("error");
      if (event.type !== "finish") continue;
      expect(event.output.prompt_token_ids).toEqual([...reference.int32("input_ids").values]);
      expectGreedy(reference, event.output.token_ids);
      expect(event.reason).toBe("length");
    }
  }
});
