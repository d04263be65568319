import type { Checkpoint, ModelConfig } from "../checkpoint/types.ts";
import { deepstackInput } from "../model/decoderGraph.ts";
import { rotaryTable } from "../model/rotary.ts";
import type { Binding, Runtime, Session, Tensor } from "../runtime/index.ts";
import { DeviceKvCache } from "./deviceKvCache.ts";
import { type KvCache, type KvCacheSize, SlabKvCache } from "./kvCache.ts";
import type { DecoderPrompt, VisualSpan } from "./prompt.ts";
import { OutputLayer } from "./outputLayer.ts";
import type { Sequence } from "./sequence.ts";

export interface PrefillOptions {
  /** Tokens in one run. */
  chunk: number;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/** The next token of a sequence. */
export interface StepRow {
  sequence: Sequence;
  token: number;
  /** The same in all three dimensions. */
  position: number;
}

/** Runs the decoder graph over the sequences of a KV cache. One run at a time; the logits it returns are valid until the next. */
export class Decoder implements Disposable {
  readonly sequences: readonly Sequence[];
  readonly #runtime: Runtime;
  readonly #config: ModelConfig;
  readonly #tensors: Checkpoint["tensors"];
  readonly #cache: KvCache;
  readonly #noVisual: Tensor<"float32">;
  /** Inputs and logits of a step, by the number of rows. */
  readonly #steps = new Map<number, Step>();
  /** Where the graph leaves the logits to be corrected. */
  readonly #outputLayer: OutputLayer | undefined;

  constructor(runtime: Runtime, session: Session, { checkpoint, size }: { checkpoint: Checkpoint; size: KvCacheSize }) {
    this.#runtime = runtime;
    this.#config = checkpoint.config;
    this.#tensors = checkpoint.tensors;
    this.#outputLayer = session.outputNames.includes("hidden") ? new OutputLayer(checkpoint) : undefined;
    this.#noVisual = runtime.createTensor("float32", [1, 1, checkpoint.config.text.hiddenSize]);
    const parts = { config: checkpoint.config.text, size };
    this.#cache = runtime.device === "cpu" ? new SlabKvCache(runtime, session, parts) : new DeviceKvCache(session, parts);
    this.sequences = this.#cache.sequences;
  }

  /**
   * Brings a sequence to the end of a prompt, reusing the prefix that it already holds, and returns the logits after it.
   * Stopped or failed in the middle, the sequence holds the chunks that were done.
   */
  async prefill(sequence: Sequence, prompt: DecoderPrompt, { chunk, signal, onProgress }: PrefillOptions): Promise<Float32Array> {
    const total = prompt.tokens.length;
    const reused = this.reuse(sequence, prompt);
    onProgress?.(0, total - reused);
    for (;;) {
      const logits = await this.prefillChunk(sequence, prompt, { chunk, ...(signal ? { signal } : {}) });
      onProgress?.(sequence.length - reused, total - reused);
      if (logits) return logits;
    }
  }

  /** Cuts a sequence back to what it shares with a prompt and returns how much that is. The last token always runs, for its logits. */
  reuse(sequence: Sequence, prompt: DecoderPrompt): number {
    sequence.truncate(Math.min(sequence.commonPrefix(prompt.identities), prompt.tokens.length - 1));
    return sequence.length;
  }

  /** Reads the next tokens of a prompt, `chunk` at most; the logits once its last one is read. */
  async prefillChunk(sequence: Sequence, prompt: DecoderPrompt, { chunk, signal }: { chunk: number; signal?: AbortSignal }): Promise<Float32Array | undefined> {
    const total = prompt.tokens.length;
    const start = sequence.length;
    const length = Math.min(chunk, total - start, this.#runtime.longestQuery);
    using inputs = new DecoderInputs(this.#runtime, this.#config, { rows: 1, length });
    const embeddings = this.#embed(prompt.tokens.slice(start, start + length));
    const spans = prompt.visual.filter((span) => span.start < start + length && start < span.start + span.length);
    using deepstack = new VisualInputs(this.#runtime, this.#config, spans.length === 0 ? undefined : length);
    for (const span of spans) placeRows(span, { start, length, embeddings, deepstack: deepstack.tensors });
    inputs.embeddings.data.set(embeddings);
    inputs.setPositions(slicePositions(prompt.positions, total, start, length));
    inputs.setPast([start]);
    const step = this.#step(1);
    const binding = await this.#cache.batch([sequence.slot], start + length);
    await this.#run(binding, { ...step, inputs, deepstack: deepstack.tensors, ...(signal ? { signal } : {}) });
    sequence.append(prompt.identities.slice(start, start + length));
    return sequence.length === total ? this.#logits(step, 0) : undefined;
  }

  /**
   * Appends one token to each of several sequences in one run and returns the logits after each. What lies between their
   * slots runs along: it writes one place behind the end of those sequences, where nothing is yet.
   */
  async step(rows: readonly StepRow[]): Promise<Float32Array[]> {
    const slots = rows.map(({ sequence }) => sequence.slot);
    const { first, count } = this.#cache.span(slots);
    const step = this.#step(count);
    const { inputs } = step;
    const batch = this.sequences.slice(first, first + count).map((sequence) => {
      const row = rows.find((candidate) => candidate.sequence === sequence);
      if (!row && sequence.length === sequence.capacity) sequence.truncate(sequence.capacity - 1);
      return { past: sequence.length, token: row?.token ?? 0, position: row?.position ?? 0 };
    });
    inputs.embeddings.data.set(this.#embed(batch.map(({ token }) => token)));
    const positions = batch.map(({ position }) => position);
    inputs.setPositions(Int32Array.of(...positions, ...positions, ...positions));
    inputs.setPast(batch.map(({ past }) => past));
    const places = Math.max(...batch.map(({ past }) => past)) + 1;
    await this.#run(await this.#cache.batch(slots, places), { ...step, deepstack: [] });
    return rows.map(({ sequence, token }) => {
      sequence.append([token]);
      return this.#logits(step, sequence.slot - first);
    });
  }

  [Symbol.dispose](): void {
    this.#cache[Symbol.dispose]();
    this.#noVisual[Symbol.dispose]();
    for (const { inputs, logits, hidden } of this.#steps.values()) for (const owned of [inputs, logits, hidden]) owned?.[Symbol.dispose]();
  }

  /** One row's logits after a run. */
  #logits({ logits, hidden }: Step, row: number): Float32Array {
    const { vocabularySize, hiddenSize } = this.#config.text;
    const own = logits.data.subarray(row * vocabularySize, (row + 1) * vocabularySize);
    if (hidden) this.#outputLayer?.correct(own, hidden.data.subarray(row * hiddenSize, (row + 1) * hiddenSize));
    return own;
  }

  #step(rows: number): Step {
    const known = this.#steps.get(rows);
    if (known) return known;
    const { vocabularySize, hiddenSize } = this.#config.text;
    const step = {
      inputs: new DecoderInputs(this.#runtime, this.#config, { rows, length: 1 }),
      logits: this.#runtime.createTensor("float32", [rows, 1, vocabularySize]),
      hidden: this.#outputLayer && this.#runtime.createTensor("float32", [rows, 1, hiddenSize]),
    };
    this.#steps.set(rows, step);
    return step;
  }

  #embed(tokens: readonly number[]): Float32Array {
    return this.#tensors.readRows("model.language_model.embed_tokens.weight", tokens);
  }

  async #run(binding: Binding, { inputs, deepstack, logits, hidden, signal }: Run): Promise<void> {
    inputs.bind(binding);
    this.#config.vision.deepstackLayers.forEach((_, index) => binding.bindInput(deepstackInput(index), deepstack[index] ?? this.#noVisual));
    binding.bindOutput("logits", logits);
    if (hidden) binding.bindOutput("hidden", hidden);
    await binding.run(signal);
  }
}

interface Step {
  inputs: DecoderInputs;
  logits: Tensor<"float32">;
  hidden: Tensor<"float32"> | undefined;
}

interface Run extends Step {
  deepstack: readonly Tensor[];
  signal?: AbortSignal;
}

/** The decoder's inputs for a number of tokens of one sequence, or one token of several. */
class DecoderInputs implements Disposable {
  readonly embeddings: Tensor<"float32">;
  readonly #length: number;
  readonly #config: ModelConfig["text"];
  readonly #cos: Tensor<"float32">;
  readonly #sin: Tensor<"float32">;
  readonly #positions: Tensor<"int64">;
  readonly #seqlens: Tensor<"int32">;
  readonly #total: Tensor<"int32">;

  constructor(runtime: Runtime, { text }: ModelConfig, { rows, length }: { rows: number; length: number }) {
    const tokens = rows * length;
    this.#length = length;
    this.#config = text;
    this.embeddings = runtime.createTensor("float32", [rows, length, text.hiddenSize]);
    this.#cos = runtime.createTensor("float32", [tokens, text.headDim / 2]);
    this.#sin = runtime.createTensor("float32", [tokens, text.headDim / 2]);
    // Each token has its own row in the tables.
    this.#positions = runtime.createTensor("int64", [rows, length], Int32Array.from({ length: tokens }, (_, index) => index));
    this.#seqlens = runtime.createTensor("int32", [rows]);
    this.#total = runtime.createTensor("int32", []);
  }

  /** positions: [3][rows · length]. */
  setPositions(positions: Int32Array): void {
    const { cos, sin } = rotaryTable(positions, positions.length / 3, this.#config.rope, this.#config.headDim);
    this.#cos.data.set(cos);
    this.#sin.data.set(sin);
  }

  /** How many tokens each row's cache holds already. */
  setPast(past: readonly number[]): void {
    this.#seqlens.data.set(past.map((length) => length + this.#length - 1));
    this.#total.data[0] = Math.max(...past) + this.#length;
  }

  bind(binding: Binding): void {
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
