import { EngineError } from "../../../inference/errors.ts";
import type { FinishReason, GenerationEvent, TokenLogprob, Usage } from "../../../inference/events.ts";
import type { CallDelta, Choice, Chunk, ChunkLogprob, ChunkUsage } from "./chunks.ts";

export interface AnswerBounds {
  /** For errors. */
  host: string;
  /** Tokens that were asked for, and whether that is all that the context had room for. */
  maxTokens: number;
  boundByContext: boolean;
  /** Clock times: the work on the request began, and it was sent. */
  started: number;
  sent: number;
}

/** More text than any context holds: an engine that does not end. */
const longestText = 8 * 1024 * 1024;

const openThinking = "<think>\n";
const closeThinking = "\n</think>\n\n";

/**
 * From the chunks of an engine elsewhere to our own events: thoughts and tool calls, which OpenAI's protocol keeps apart, are
 * written into the text as the model itself writes them, so that whoever reads it need not know where it came from.
 */
export class RemoteAnswer {
  readonly #bounds: AnswerBounds;
  readonly #calls: { name: string; arguments: string }[] = [];
  #thinking = false;
  #text = 0;
  #tokens = 0;
  #usage: ChunkUsage | undefined;
  #reason: FinishReason | undefined;
  #firstAt: number | undefined;

  constructor(bounds: AnswerBounds) {
    this.#bounds = bounds;
  }

  /** @throws EngineError engine_address for an answer without end */
  *accept({ choice, usage }: Chunk): Generator<GenerationEvent> {
    if (usage !== undefined) this.#usage = usage;
    const logprobs = (choice?.logprobs?.content ?? []).map(toLogprob);
    const delta = choice === undefined ? "" : this.#textOf(choice);
    if (delta !== "") this.#tokens += Math.max(1, logprobs.length);
    this.#tokens = Math.max(this.#tokens, usage?.completion_tokens ?? 0);
    this.#text += delta.length;
    if (this.#text > longestText) throw new EngineError("engine_address", { host: this.#bounds.host });
    if (delta !== "" || logprobs.length > 0) {
      this.#firstAt ??= performance.now();
      yield { type: "text", delta, tokens: this.#tokens, ...(logprobs.length > 0 && { logprobs }) };
    }
    if (choice?.finish_reason !== undefined && choice.finish_reason !== null) this.#reason = this.#reasonOf(choice, choice.finish_reason);
  }

  /** Whether the engine said that the answer is at its end. */
  get complete(): boolean {
    return this.#reason !== undefined;
  }

  /** The rest of the text and the summary. `aborted` when somebody stopped it. */
  *finish(aborted: boolean): Generator<GenerationEvent> {
    const rest = (this.#thinking && this.#reason !== undefined ? closeThinking : "") + this.#calls.map(writeCall).join("");
    this.#thinking = false;
    if (rest !== "" && !aborted) yield { type: "text", delta: rest, tokens: this.#tokens };
    const now = performance.now();
    const first = this.#firstAt ?? now;
    const { started, sent } = this.#bounds;
    const usage = toUsage(this.#usage, this.#tokens);
    const decoded = usage.completion_tokens - 1;
    const decode = now - first;
    yield {
      type: "finish",
      reason: aborted ? "abort" : (this.#reason ?? "abort"),
      usage,
      timings: {
        media_ms: sent - started,
        vision_ms: 0,
        prefill_ms: first - sent,
        decode_ms: decode,
        first_token_ms: first - started,
        tokens_per_second: decoded > 0 && decode > 0 ? (1000 * decoded) / decode : 0,
      },
    };
  }

  #textOf({ delta, message }: Choice): string {
    const said = delta ?? message;
    if (!said) return "";
    for (const call of said.tool_calls ?? []) this.#addCall(call);
    const thought = said.reasoning_content ?? said.reasoning ?? "";
    const content = said.content ?? "";
    let text = "";
    if (thought !== "") {
      if (!this.#thinking) text += openThinking;
      this.#thinking = true;
      text += thought;
    }
    if (content !== "") {
      if (this.#thinking) text += closeThinking;
      this.#thinking = false;
      text += content;
    }
    return text;
  }

  #addCall({ index, function: part }: CallDelta): void {
    // Calls come in order; an index far off is not believed.
    const place = Math.min(index, this.#calls.length, 127);
    const call = (this.#calls[place] ??= { name: "", arguments: "" });
    call.name += part?.name ?? "";
    call.arguments += part?.arguments ?? "";
    this.#text += (part?.name?.length ?? 0) + (part?.arguments?.length ?? 0);
  }

  #reasonOf({ stop_reason, matched_stop }: Choice, reason: string): FinishReason {
    switch (reason) {
      case "length":
        return this.#bounds.boundByContext || this.#tokens + 1 < this.#bounds.maxTokens ? "context" : "length";
      case "abort":
        return "abort";
      default:
        return typeof (stop_reason ?? matched_stop) === "string" && !isEndOfTurn(stop_reason ?? matched_stop) ? "stop" : "eos";
    }
  }
}

/** Some report the end-of-sequence token by its text. */
function isEndOfTurn(stop: unknown): boolean {
  return typeof stop === "string" && /^<\|.*\|>$/.test(stop);
}

/** As Qwen's chat template has the model write it. */
function writeCall({ name, arguments: text }: { name: string; arguments: string }, position: number): string {
  const wording = isJson(text) ? text : JSON.stringify(text);
  return `${position === 0 ? "" : "\n"}<tool_call>\n{"name": ${JSON.stringify(name)}, "arguments": ${wording}}\n</tool_call>`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function toLogprob({ top_logprobs, ...own }: ChunkLogprob): TokenLogprob {
  return { ...likelihoodOf(own), top: (top_logprobs ?? []).map(likelihoodOf) };
}

function likelihoodOf({ token, logprob, bytes }: Omit<ChunkLogprob, "top_logprobs">): Omit<TokenLogprob, "top"> {
  return { token, logprob: Math.min(0, logprob), bytes: bytes ?? [...Buffer.from(token)] };
}

function toUsage(usage: ChunkUsage | undefined, counted: number): Usage {
  const details = usage?.prompt_tokens_details;
  return {
    prompt_tokens: usage?.prompt_tokens ?? 0,
    completion_tokens: usage?.completion_tokens ?? counted,
    image_tokens: details?.image_tokens ?? details?.multimodal_tokens?.image ?? 0,
    video_tokens: details?.video_tokens ?? details?.multimodal_tokens?.video ?? 0,
    cached_tokens: details?.cached_tokens ?? 0,
  };
}
