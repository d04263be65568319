import type { GenerationDefaults } from "../checkpoint/types.ts";
import type { GenerationOptions } from "../conversation.ts";
import { EngineError } from "../errors.ts";
import type { FinishReason, GenerationEvent, Timings, Usage } from "../events.ts";
import { addBias, logprobsOf } from "../text/sampling/logprobs.ts";
import { createSampler, resolveSampling, type Sampler } from "../text/sampling/sampler.ts";
import { StopStrings } from "../text/stopStrings.ts";
import { StreamingDecoder } from "../text/streamingDecoder.ts";
import type { TextTokenizer } from "../text/tokenizer.ts";
import type { DecoderPrompt } from "./prompt.ts";

/** Generated tokens when a request names no bound, so that an answer that repeats itself ends. */
const defaultMaxNewTokens = 4096;

/** What the library's caller gets beyond what a page needs. */
export interface GeneratedTokens {
  prompt_token_ids: readonly number[];
  /** With the end-of-sequence token where the model ended. */
  token_ids: readonly number[];
}

/** What a generation yields; `finish` or `error` is the last. */
export type EngineEvent = Exclude<GenerationEvent, { type: "finish" }> | (Extract<GenerationEvent, { type: "finish" }> & { output: GeneratedTokens });

/** Figures of one answer that are known when it ends. */
export interface Outcome {
  reason: FinishReason;
  tokens: readonly number[];
  cachedTokens: number;
  prefillMilliseconds: number;
  decodeMilliseconds: number;
  /** Clock time of the first token; undefined when there was none. */
  firstTokenAt: number | undefined;
}

export interface AnswerRequest {
  prompt: DecoderPrompt;
  options: GenerationOptions;
  tokenizer: TextTokenizer;
  defaults: GenerationDefaults;
  contextLength: number;
  emit: (event: EngineEvent) => void;
}

/** One answer as it grows: chooses tokens, turns them into text and knows when it is at its end. */
export class Answer {
  readonly prompt: DecoderPrompt;
  readonly #emit: AnswerRequest["emit"];
  readonly #eosTokenIds: readonly number[];
  readonly #sampler: Sampler;
  readonly #text: AnswerText;
  readonly #tokenizer: TextTokenizer;
  readonly #bias: GenerationOptions["logit_bias"];
  /** How many tokens are reported at each place; undefined: none are asked for. */
  readonly #logprobs: number | undefined;
  readonly #tokens: number[] = [];
  readonly #limit: number;
  /** Why it ends when the limit is reached. */
  readonly #limitReason: "length" | "context";
  #cachedTokens = 0;
  #startedAt: number | undefined;
  #firstTokenAt: number | undefined;

  /** @throws EngineError context_length_exceeded when the prompt leaves no room */
  constructor({ prompt, options, tokenizer, defaults, contextLength, emit }: AnswerRequest) {
    const room = contextLength - prompt.tokens.length;
    if (room < 1) throw new EngineError("context_length_exceeded", { tokens: prompt.tokens.length, limit: contextLength });
    const wanted = options.max_new_tokens ?? defaultMaxNewTokens;
    this.prompt = prompt;
    this.#emit = emit;
    this.#eosTokenIds = options.ignore_eos ? [] : defaults.eosTokenIds;
    this.#sampler = createSampler(resolveSampling(options.sampling, defaults), prompt.tokens);
    this.#text = new AnswerText(tokenizer, options.stop);
    this.#tokenizer = tokenizer;
    this.#bias = options.logit_bias;
    this.#logprobs = options.logprobs;
    this.#limit = Math.min(wanted, room);
    this.#limitReason = room < wanted ? "context" : "length";
  }

  /** The token that was chosen last and its position, which the decoder takes next. */
  get next(): { token: number; position: number } {
    return { token: this.#tokens.at(-1) ?? 0, position: this.prompt.nextPosition + this.#tokens.length - 1 };
  }

  /** Says that the work on it begins and how much of its prompt needs none. */
  start(cachedTokens: number): void {
    this.#startedAt = performance.now();
    this.#cachedTokens = cachedTokens;
  }

  reportPrefill(done: number, total: number): void {
    this.#emit({ type: "phase", phase: { name: "prefill", done, total } });
  }

  /** Chooses the next token; the reason when that was the last one. */
  accept(logits: Float32Array): FinishReason | undefined {
    const given = this.#logprobs === undefined ? undefined : logits.slice();
    if (this.#bias) addBias(logits, this.#bias);
    const token = this.#sampler.next(logits);
    this.#firstTokenAt ??= performance.now();
    this.#tokens.push(token);
    const ended = this.#eosTokenIds.includes(token);
    const { delta, stopped } = ended ? { delta: "", stopped: false } : this.#text.push(token);
    const logprobs = given && !ended && [logprobsOf(given, { token, count: this.#logprobs ?? 0, tokenizer: this.#tokenizer })];
    this.#emit({ type: "text", delta, tokens: this.#tokens.length, ...(logprobs && { logprobs }) });
    if (ended) return "eos";
    if (stopped) return "stop";
    return this.#tokens.length >= this.#limit ? this.#limitReason : undefined;
  }

  /** Emits what was held back and sums up. */
  finish(reason: FinishReason): Outcome {
    const rest = this.#text.flush();
    if (rest !== "") this.#emit({ type: "text", delta: rest, tokens: this.#tokens.length });
    const now = performance.now();
    const decodeFrom = this.#firstTokenAt ?? now;
    return {
      reason,
      tokens: this.#tokens,
      cachedTokens: this.#cachedTokens,
      prefillMilliseconds: this.#startedAt === undefined ? 0 : decodeFrom - this.#startedAt,
      decodeMilliseconds: now - decodeFrom,
      firstTokenAt: this.#firstTokenAt,
    };
  }
}

/** From tokens to the text that may be shown. */
class AnswerText {
  readonly #decoder: StreamingDecoder;
  readonly #stops: StopStrings;
  #stopped = false;

  constructor(tokenizer: TextTokenizer, stops: readonly string[]) {
    this.#decoder = new StreamingDecoder(tokenizer);
    this.#stops = new StopStrings(stops);
  }

  push(token: number): { delta: string; stopped: boolean } {
    const { text, stopped } = this.#stops.push(this.#decoder.push(token));
    this.#stopped = stopped;
    return { delta: text, stopped };
  }

  /** What was held back: nothing, once a stop string was found. */
  flush(): string {
    if (this.#stopped) return "";
    const { text, stopped } = this.#stops.push(this.#decoder.flush());
    return stopped ? text : text + this.#stops.flush();
  }
}

/** Timings as they are reported. `started` is the clock time at which the work on the request began. */
export function summarizeTimings(outcome: Outcome, { started, media, vision }: { started: number; media: number; vision: number }): Timings {
  const decoded = outcome.tokens.length - 1;
  return {
    media_ms: media,
    vision_ms: vision,
    prefill_ms: outcome.prefillMilliseconds,
    decode_ms: outcome.decodeMilliseconds,
    first_token_ms: (outcome.firstTokenAt ?? performance.now()) - started,
    tokens_per_second: decoded > 0 && outcome.decodeMilliseconds > 0 ? (1000 * decoded) / outcome.decodeMilliseconds : 0,
  };
}

/** What an answer cost, in tokens; `visual` are those of the prompt that pictures and clips became. */
export function summarizeUsage(outcome: Outcome, promptTokens: number, visual: { image: number; video: number }): Usage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: outcome.tokens.length,
    image_tokens: visual.image,
    video_tokens: visual.video,
    cached_tokens: outcome.cachedTokens,
  };
}
