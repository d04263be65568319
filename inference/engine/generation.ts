import { EngineError } from "../errors.ts";
import type { GenerationOptions, Sampling } from "../conversation.ts";
import type { GenerationDefaults } from "../checkpoint/types.ts";
import type { FinishReason, GenerationEvent, Phase, Timings, Usage } from "../events.ts";
import { createSampler, resolveSampling } from "../text/sampling/sampler.ts";
import { StopStrings } from "../text/stopStrings.ts";
import { StreamingDecoder } from "../text/streamingDecoder.ts";
import type { TextTokenizer } from "../text/tokenizer.ts";
import type { Decoder } from "./decoder.ts";
import type { DecoderPrompt } from "./prompt.ts";
import type { Sequence } from "./sequence.ts";

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

export interface GenerationContext {
  decoder: Decoder;
  tokenizer: TextTokenizer;
  defaults: GenerationDefaults;
  contextLength: number;
  prefillChunk: number;
}

export interface Generation {
  prompt: DecoderPrompt;
  sequence: Sequence;
  options: GenerationOptions;
  signal: AbortSignal;
  emit: (event: EngineEvent) => void;
}

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

/** Brings the sequence to the end of the prompt and generates until something ends it; an abort is an end like others. */
export async function generateAnswer(context: GenerationContext, { prompt, sequence, options, signal, emit }: Generation): Promise<Outcome> {
  const room = context.contextLength - prompt.tokens.length;
  if (room < 1) throw new EngineError("context_length_exceeded", { tokens: prompt.tokens.length, limit: context.contextLength });
  const limit = Math.min(options.max_new_tokens ?? defaultMaxNewTokens, room);
  const text = new AnswerText(context.tokenizer, options.stop);
  const tokens: number[] = [];
  const sampler = createSampler(resolveSampling(options.sampling satisfies Sampling, context.defaults), prompt.tokens);
  const cachedTokens = Math.min(sequence.commonPrefix(prompt.identities), prompt.tokens.length - 1);
  const started = performance.now();
  let firstTokenAt: number | undefined;
  const finish = (reason: FinishReason): Outcome => {
    const rest = text.flush();
    if (rest !== "") emit({ type: "text", delta: rest, tokens: tokens.length });
    const now = performance.now();
    const decodeFrom = firstTokenAt ?? now;
    return { reason, tokens, cachedTokens, prefillMilliseconds: decodeFrom - started, decodeMilliseconds: now - decodeFrom, firstTokenAt };
  };
  try {
    const report = (done: number, total: number) => emit({ type: "phase", phase: { name: "prefill", done, total } satisfies Phase });
    let logits = await context.decoder.prefill(sequence, prompt, { chunk: context.prefillChunk, signal, onProgress: report });
    for (;;) {
      const token = sampler.next(logits);
      firstTokenAt ??= performance.now();
      tokens.push(token);
      const ended = context.defaults.eosTokenIds.includes(token) && !options.ignore_eos;
      const { delta, stopped } = ended ? { delta: "", stopped: false } : text.push(token);
      emit({ type: "text", delta, tokens: tokens.length });
      if (ended) return finish("eos");
      if (stopped) return finish("stop");
      if (tokens.length >= limit) return finish(limit === room && limit !== options.max_new_tokens ? "context" : "length");
      logits = await context.decoder.step(sequence, token, prompt.nextPosition + tokens.length - 1, signal);
    }
  } catch (fault) {
    if (!signal.aborted) throw fault;
    return finish("abort");
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

/** Timings as they are reported. */
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

export function summarizeUsage(outcome: Outcome, promptTokens: number, visual: { image: number; video: number }): Usage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: outcome.tokens.length,
    image_tokens: visual.image,
    video_tokens: visual.video,
    cached_tokens: outcome.cachedTokens,
  };
}
