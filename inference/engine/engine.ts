import path from "node:path";
import { openCheckpoint } from "../checkpoint/open.ts";
import type { Checkpoint } from "../checkpoint/types.ts";
import { type GenerationInput, type GenerationRequest, generationRequestSchema, type MediaPart } from "../conversation.ts";
import { embeddedCheckpoint } from "../embedded.ts";
import { type Environment, readEnvironment } from "../environment.ts";
import { EngineError, toWireError } from "../errors.ts";
import type { MediaContext } from "../media/context.ts";
import { resolveDtype, usableMemory } from "../model/chooseDtype.ts";
import type { Dtype } from "../model/dtypes.ts";
import { graphKindFor } from "../model/graphKinds.ts";
import { formatsHere, prepareModel } from "../model/prepare.ts";
import type { Progress } from "../progress.ts";
import { mediaRules } from "../media/cost.ts";
import type { EngineInfo, Loading } from "../protocol.ts";
import { createRuntime, deviceNames, type Runtime } from "../runtime/index.ts";
import { countTokens } from "../text/countTokens.ts";
import { buildPrompt } from "../text/prompt.ts";
import { TextTokenizer } from "../text/tokenizer.ts";
import { Answer, type EngineEvent, summarizeTimings, summarizeUsage } from "./answer.ts";
import { emitted } from "./channel.ts";
import { Decoder } from "./decoder.ts";
import { mediaContext } from "./mediaContext.ts";
import { type EncodedMedium, MediaEncoder } from "./mediaEncoder.ts";
import { deviceWishes, type MemoryPlan, planMemory } from "./memoryPlan.ts";
import { ContentNumbers, placeMedia } from "./prompt.ts";
import { Scheduler } from "./scheduler.ts";
import { VisionTower } from "./visionTower.ts";

export interface EngineOptions {
  /** "auto", the default: see chooseDtype. */
  dtype?: Dtype | "auto";
  /** Tokens of one prefill run; bounds its memory. */
  prefillChunk?: number;
  /** Answers that are written at the same time, and conversations whose KV cache is kept for their next turn. */
  slots?: number;
  /** Tokens of one conversation at most; without it what fits, up to the checkpoint's own bound. */
  maxContext?: number;
  /** How many times longer the context becomes by YaRN, where the checkpoint does not scale it already. */
  yarnFactor?: number;
  /** Bytes that may be used; most of the machine's or container's memory by default. */
  memory?: number;
  /** Told before anything is loaded what it will take. */
  onPlan?: (plan: MemoryPlan) => void;
  onLoading?: (loading: Loading) => void;
  /** Told when the C API of ONNX Runtime cannot be used here, and why. */
  onFallback?: (reason: Error) => void;
  environment?: Environment;
  /** Another runtime than the best that works; the engine then owns it. */
  runtime?: Runtime;
}

export interface GenerateOptions {
  signal?: AbortSignal;
  /** What relative media paths are relative to; the current folder by default. */
  mediaFolder?: string;
}

/** Tokens of a prefill run, where nobody says how many. */
export const defaultPrefillChunk = 512;
/** While others wait for their next token. */
const prefillChunkBesideOthers = 128;
/** Answers that are written at the same time, where nobody says how many. */
export const defaultSlots = 4;
/** The rest is for the operating system and for pictures and clips while they are decoded. */
const shareOfMemory = 0.85;

/**
 * Qwen3-VL on ONNX Runtime: a checkpoint in the published layout, loaded once, that answers conversations about pictures
 * and clips, several at a time. Everything it holds is released when it is disposed.
 */
export class Engine implements AsyncDisposable {
  readonly info: EngineInfo;
  readonly #checkpoint: Checkpoint;
  readonly #runtime: Runtime;
  readonly #tokenizer: TextTokenizer;
  readonly #decoder: Decoder;
  readonly #encoder: MediaEncoder;
  readonly #scheduler: Scheduler;
  readonly #environment: Environment;
  readonly #contents = new ContentNumbers();
  readonly #closing = new AbortController();

  private constructor(parts: { checkpoint: Checkpoint; runtime: Runtime; tower: VisionTower; decoder: Decoder; environment: Environment }, settings: { dtype: Dtype; prefillChunk: number; contextLength: number; memory: number }) {
    const { checkpoint } = parts;
    this.#checkpoint = checkpoint;
    this.#runtime = parts.runtime;
    this.#decoder = parts.decoder;
    this.#environment = parts.environment;
    this.#tokenizer = TextTokenizer.create(checkpoint.tokenizer);
    this.#encoder = new MediaEncoder(parts.tower);
    const chunk = settings.prefillChunk;
    this.#scheduler = new Scheduler(parts.decoder, { alone: chunk, besideOthers: Math.min(chunk, prefillChunkBesideOthers) });
    this.info = { ...describe(checkpoint, parts.runtime, settings), media: mediaRules(mediaContext(checkpoint, ".", parts.environment)) };
  }

  /**
   * Loads a checkpoint by its folder, or by its name on the Hugging Face Hub; the first time, it is downloaded and its
   * weights are prepared in the cache folder.
   * @throws EngineError checkpoint_missing_file, checkpoint_corrupt, checkpoint_unsupported, hub_…
   */
  static async load(checkpoint: string, options: EngineOptions = {}): Promise<Engine> {
    const { hub } = options.environment ?? readEnvironment();
    return Engine.start(await openCheckpoint(checkpoint, { hub, yarnFactor: options.yarnFactor, ...(options.onLoading ? { onLoading: options.onLoading } : {}) }), options);
  }

  /** The same with a checkpoint that is open already; the engine owns it from here, also when it fails to start. */
  static async start(checkpoint: Checkpoint, given: EngineOptions = {}): Promise<Engine> {
    const dtype = resolveDtype(given.dtype, checkpoint.tensors);
    const slots = given.slots ?? defaultSlots;
    const prefillChunk = given.prefillChunk ?? defaultPrefillChunk;
    const environment = given.environment ?? readEnvironment();
    const onLoading = given.onLoading ?? (() => undefined);
    const owned: (() => void | PromiseLike<void>)[] = [() => checkpoint[Symbol.dispose]()];
    try {
      const available = given.memory ?? usableMemory() * shareOfMemory;
      const formats = await formatsHere(checkpoint.config, dtype);
      const plan = planMemory(checkpoint.config, { dtype, formats, slots, maxContext: given.maxContext, prefillChunk, available, ...(given.runtime ? deviceWishes(given.runtime, slots) : {}) });
      given.onPlan?.(plan);
      const onProgress = (progress: Progress) => onLoading({ stage: "preparing", ...progress });
      const model = await prepareModel(checkpoint, { dtype, cacheFolder: environment.cacheFolder, onProgress });
      onLoading({ stage: "starting", fraction: 0 });
      const runtime = given.runtime ?? createRuntime(given.onFallback ?? (() => undefined));
      owned.push(() => runtime[Symbol.asyncDispose]());
      const graphs = model.kinds[graphKindFor(runtime)];
      const positionTable = await checkpoint.tensors.read("model.visual.pos_embed.weight");
      const tower = new VisionTower(runtime, await runtime.createSession(graphs.vision), { config: checkpoint.config, positionTable });
      onLoading({ stage: "starting", fraction: 0.5 });
      const size = { slots, capacity: plan.context };
      const decoder = new Decoder(runtime, await runtime.createSession(graphs.decoder), { checkpoint, size });
      return new Engine({ checkpoint, runtime, tower, decoder, environment }, { dtype, prefillChunk, contextLength: plan.context, memory: plan.total });
    } catch (fault) {
      for (const release of owned.reverse()) await release();
      throw fault;
    }
  }

  /**
   * Answers a conversation. Several at once share the engine fairly; leaving the loop or aborting the signal stops the
   * work, wherever it is, and an abort ends with `finish` and reason "abort". Faults come as an `error` event.
   */
  generate(input: GenerationInput, { signal, mediaFolder = "." }: GenerateOptions = {}): AsyncGenerator<EngineEvent, void, undefined> {
    const request = generationRequestSchema.parse(input);
    const context = mediaContext(this.#checkpoint, path.resolve(mediaFolder), this.#environment);
    return emitted<EngineEvent>(async (emit, anySignal) => {
      try {
        await this.#answer(request, context, { emit, signal: anySignal });
      } catch (fault) {
        if (anySignal.aborted) emit(abortedEarly());
        else emit({ type: "error", error: toWireError(fault) });
        if (!anySignal.aborted && !(fault instanceof EngineError)) throw fault;
      }
    }, signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal);
  }

  /** How many tokens each text is in a message of a user, beside the answers under way. @throws what the signal was aborted with */
  countTokens(texts: readonly string[], signal?: AbortSignal): Promise<number[]> {
    return countTokens(this.#tokenizer, texts, signal);
  }

  /** Stops the answers under way, waits for their end and releases everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new DOMException("the engine is being closed", "AbortError"));
    await this.#scheduler.idle();
    await this.#runtime[Symbol.asyncDispose]();
    this.#decoder[Symbol.dispose]();
    this.#checkpoint[Symbol.dispose]();
  }

  async #answer(request: GenerationRequest, context: MediaContext, { emit, signal }: { emit: (event: EngineEvent) => void; signal: AbortSignal }): Promise<void> {
    const started = performance.now();
    const spent = { media: 0, vision: 0 };
    const onPosition = (position: number) => emit({ type: "phase", phase: { name: "queued", position } });
    const media = await this.#encoder.encode(mediaParts(request), {
      owner: request.owner,
      context,
      contextLength: this.info.contextLength,
      signal,
      onPosition,
      onPhase: (phase) => emit({ type: "phase", phase }),
      onTime: (step, milliseconds) => (spent[step] += milliseconds),
    });
    const prompt = this.#buildPrompt(request, media);
    const { generation: defaults } = this.#checkpoint;
    const { contextLength } = this.info;
    const answer = new Answer({ prompt, options: request.options, tokenizer: this.#tokenizer, defaults, contextLength, emit });
    const outcome = await this.#scheduler.run(answer, { owner: request.owner, signal, onPosition });
    const damaged = media.flatMap((medium) => medium.damaged ?? []);
    emit({
      type: "finish",
      reason: outcome.reason,
      usage: summarizeUsage(outcome, prompt.tokens.length, { image: visualTokens(media, "image"), video: visualTokens(media, "video") }),
      timings: summarizeTimings(outcome, { started, ...spent }),
      ...(damaged.length > 0 && { damaged }),
      output: { prompt_token_ids: prompt.tokens, token_ids: outcome.tokens },
    });
  }

  #buildPrompt({ messages, options, tools }: GenerationRequest, media: readonly EncodedMedium[]) {
    const { config, chatTemplate: template } = this.#checkpoint;
    const { tokens } = buildPrompt({
      template,
      tokenizer: this.#tokenizer,
      messages,
      ...(tools && { tools }),
      addVisionId: options.add_vision_id,
      continueFinalMessage: options.continue_final_message,
      media,
      mergeSize: config.vision.mergeSize,
      tokens: config.tokens,
    });
    return placeMedia(tokens, media, { config, contents: this.#contents });
  }
}

function mediaParts({ messages }: GenerationRequest): MediaPart[] {
  const parts = messages.flatMap(({ content }) => (typeof content === "string" ? [] : content));
  return parts.filter((part) => part.type !== "text");
}

function visualTokens(media: readonly EncodedMedium[], kind: EncodedMedium["kind"]): number {
  return media.filter((medium) => medium.kind === kind).reduce((sum, { features }) => sum + features.tokens, 0);
}

/** The end of a request that was stopped before its prompt was known. */
function abortedEarly(): EngineEvent {
  return {
    type: "finish",
    reason: "abort",
    usage: { prompt_tokens: 0, completion_tokens: 0, image_tokens: 0, video_tokens: 0, cached_tokens: 0 },
    timings: { media_ms: 0, vision_ms: 0, prefill_ms: 0, decode_ms: 0, first_token_ms: 0, tokens_per_second: 0 },
    output: { prompt_token_ids: [], token_ids: [] },
  };
}

function describe(checkpoint: Checkpoint, runtime: Runtime, { dtype, contextLength, memory }: { dtype: Dtype; contextLength: number; memory: number }): EngineInfo {
  const { config, tensors, generation } = checkpoint;
  const embedded = path.resolve(checkpoint.folder) === embeddedCheckpoint;
  let parameters = 0;
  for (const name of tensors.names()) parameters += tensors.shape(name).reduce((product, dim) => product * dim, 1);
  return {
    name: checkpoint.name,
    embedded,
    modelType: config.modelType,
    parameters,
    thinking: checkpoint.chatTemplate.includes("<think>"),
    dtype,
    device: deviceNames[runtime.device],
    runtime: runtime.name,
    contextLength,
    memory,
    vocabularySize: config.text.vocabularySize,
    defaults: {
      greedy: generation.greedy,
      temperature: generation.temperature,
      top_p: generation.topP,
      top_k: generation.topK,
      repetition_penalty: generation.repetitionPenalty,
    },
  };
}
