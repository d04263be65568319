import type { Checkpoint, ModelConfig } from "../checkpoint/types.ts";
import { deepstackInput } from "../model/decoderGraph.ts";
import { rotaryTable } from "../model/rotary.ts";
import type { Runtime, Session, Tensor } from "../runtime/index.ts";
import type { DecoderPrompt, VisualSpan } from "./prompt.ts";
import { Sequence } from "./sequence.ts";

export interface PrefillOptions {
  /** Tokens in one run. */
  chunk: number;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/** Runs the decoder graph over sequences. The logits it returns are valid until its next run. */
export class Decoder implements Disposable {
  readonly #runtime: Runtime;
  readonly #session: Session;
  readonly #config: ModelConfig;
  readonly #tensors: Checkpoint["tensors"];
  readonly #logits: Tensor<"float32">;
  readonly #noVisual: Tensor<"float32">;
  readonly #step: StepInputs;

  constructor(runtime: Runtime, session: Session, checkpoint: Checkpoint) {
    this.#runtime = runtime;
    this.#session = session;
    this.#config = checkpoint.config;
    this.#tensors = checkpoint.tensors;
    const { hiddenSize, vocabularySize } = checkpoint.config.text;
    this.#logits = runtime.createTensor("float32", [1, 1, vocabularySize]);
    this.#noVisual = runtime.createTensor("float32", [1, 1, hiddenSize]);
    this.#step = new StepInputs(runtime, checkpoint.config, 1);
  }

  createSequence(): Sequence {
    return new Sequence(this.#runtime, this.#session, this.#config.text);
  }

  /**
   * Brings a sequence to the end of a prompt, reusing the prefix that it already holds, and returns the logits after it.
   * Stopped or failed in the middle, the sequence holds the chunks that were done.
   */
  async prefill(sequence: Sequence, prompt: DecoderPrompt, { chunk, signal, onProgress }: PrefillOptions): Promise<Float32Array> {
    const total = prompt.tokens.length;
    // The last token always runs, for its logits.
    sequence.truncate(Math.min(sequence.commonPrefix(prompt.identities), total - 1));
    const reused = sequence.length;
    onProgress?.(0, total - reused);
    while (sequence.length < total) {
      const start = sequence.length;
      const length = Math.min(chunk, total - start);
      using inputs = new StepInputs(this.#runtime, this.#config, length);
      const embeddings = this.#embed(prompt.tokens.slice(start, start + length));
      const spans = prompt.visual.filter((span) => span.start < start + length && start < span.start + span.length);
      using deepstack = new VisualInputs(this.#runtime, this.#config, spans.length === 0 ? undefined : length);
      for (const span of spans) placeRows(span, { start, length, embeddings, deepstack: deepstack.tensors });
      inputs.embeddings.data.set(embeddings);
      inputs.setPositions(slicePositions(prompt.positions, total, start, length));
      await this.#run(sequence, inputs, deepstack.tensors, signal);
      sequence.append(prompt.identities.slice(start, start + length));
      onProgress?.(sequence.length - reused, total - reused);
    }
    return this.#logits.data;
  }

  /** Appends one token at a position (the same in all three dimensions) and returns the logits after it. */
  async step(sequence: Sequence, token: number, position: number, signal?: AbortSignal): Promise<Float32Array> {
    this.#step.embeddings.data.set(this.#embed([token]));
    this.#step.setPositions(Int32Array.of(position, position, position));
    await this.#run(sequence, this.#step, [], signal);
    sequence.append([token]);
    return this.#logits.data;
  }

  [Symbol.dispose](): void {
    for (const owned of [this.#logits, this.#noVisual, this.#step]) owned[Symbol.dispose]();
  }

  #embed(tokens: readonly number[]): Float32Array {
    return this.#tensors.readRows("model.language_model.embed_tokens.weight", tokens);
  }

  async #run(sequence: Sequence, inputs: StepInputs, deepstack: readonly Tensor[], signal: AbortSignal | undefined): Promise<void> {
    const past = sequence.length;
    sequence.reserve(past + inputs.length);
    const { binding } = sequence;
    inputs.bind(binding, past);
    this.#config.vision.deepstackLayers.forEach((_, index) => binding.bindInput(deepstackInput(index), deepstack[index] ?? this.#noVisual));
    binding.bindOutput("logits", this.#logits);
    await binding.run(signal);
  }
}

/** The decoder's inputs for a number of tokens of one sequence. */
class StepInputs implements Disposable {
  readonly length: number;
  readonly embeddings: Tensor<"float32">;
  readonly #config: ModelConfig["text"];
  readonly #cos: Tensor<"float32">;
  readonly #sin: Tensor<"float32">;
  readonly #positions: Tensor<"int64">;
  readonly #seqlens: Tensor<"int32">;
  readonly #total: Tensor<"int32">;

  constructor(runtime: Runtime, { text }: ModelConfig, length: number) {
    this.length = length;
    this.#config = text;
    this.embeddings = runtime.createTensor("float32", [1, length, text.hiddenSize]);
    this.#cos = runtime.createTensor("float32", [length, text.headDim / 2]);
    this.#sin = runtime.createTensor("float32", [length, text.headDim / 2]);
    // Each token has its own row in the tables.
    this.#positions = runtime.createTensor("int64", [1, length], Int32Array.from({ length }, (_, index) => index));
    this.#seqlens = runtime.createTensor("int32", [1]);
    this.#total = runtime.createTensor("int32", []);
  }

  /** positions: [3][length]. */
  setPositions(positions: Int32Array): void {
    const { cos, sin } = rotaryTable(positions, this.length, this.#config.rope, this.#config.headDim);
    this.#cos.data.set(cos);
    this.#sin.data.set(sin);
  }

  bind(binding: Sequence["binding"], past: number): void {
    this.#seqlens.data[0] = past + this.length - 1;
    this.#total.data[0] = past + this.length;
    binding.bindInput("inputs_embeds", this.embeddings);
    binding.bindInput("cos", this.#cos);
    binding.bindInput("sin", this.#sin);
    binding.bindInput("positions", this.#positions);
    binding.bindInput("seqlens_k", this.#seqlens);
    binding.bindInput("total_sequence_length", this.#total);
  }

  [Symbol.dispose](): void {
    for (const tensor of [this.embeddings, this.#cos, this.#sin, this.#positions, this.#seqlens, this.#total]) tensor[Symbol.dispose]();
  }
}

/** The DeepStack inputs of a chunk with visual tokens; none where there are no such tokens. */
class VisualInputs implements Disposable {
  readonly tensors: readonly Tensor<"float32">[];

  constructor(runtime: Runtime, { text, vision }: ModelConfig, length: number | undefined) {
    this.tensors = length === undefined ? [] : vision.deepstackLayers.map(() => runtime.createTensor("float32", [1, length, text.hiddenSize]));
  }

  [Symbol.dispose](): void {
    for (const tensor of this.tensors) tensor[Symbol.dispose]();
  }
}

interface Chunk {
  start: number;
  length: number;
  embeddings: Float32Array;
  deepstack: readonly Tensor<"float32">[];
}

/** Copies the rows of a medium's features that fall into a chunk. */
function placeRows(span: VisualSpan, chunk: Chunk): void {
  const { features } = span;
  const from = Math.max(span.start, chunk.start);
  const to = Math.min(span.start + span.length, chunk.start + chunk.length);
  const firstRow = span.firstRow + from - span.start;
  const rows = (values: Float32Array) => values.subarray(firstRow * features.width, (firstRow + to - from) * features.width);
  const target = (from - chunk.start) * features.width;
  chunk.embeddings.set(rows(features.embeddings), target);
  features.deepstack.forEach((values, index) => chunk.deepstack[index]?.data.set(rows(values), target));
}

function slicePositions(positions: Int32Array, total: number, start: number, length: number): Int32Array {
  const slice = new Int32Array(3 * length);
  for (let axis = 0; axis < 3; axis++) slice.set(positions.subarray(axis * total + start, axis * total + start + length), axis * length);
  return slice;
}
