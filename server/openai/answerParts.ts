import type { GenerationEvent, TokenLogprob, Usage } from "../../inference/events.ts";
import { ThinkingSplitter } from "./thinking.ts";
import { ToolCallParser, type ToolCallDelta } from "./toolCalls.ts";

/** What a stretch of an answer brings, in the API's terms. */
export interface AnswerDelta {
  reasoning: string;
  content: string;
  calls: readonly ToolCallDelta[];
  logprobs: readonly TokenLogprob[];
}

export type ApiFinishReason = "stop" | "length" | "tool_calls";
type Finish = Extract<GenerationEvent, { type: "finish" }>;

export interface AnswerForm {
  /** The prompt ends within a thought. */
  thinking: boolean;
  /** Calls are looked for. */
  tools: boolean;
}

/** From the text of the engine to reasoning, content and calls. */
export class AnswerParts {
  readonly #thinking: ThinkingSplitter;
  readonly #calls: ToolCallParser | undefined;

  constructor({ thinking, tools }: AnswerForm) {
    this.#thinking = new ThinkingSplitter(thinking);
    this.#calls = tools ? new ToolCallParser() : undefined;
  }

  push(text: string, logprobs: readonly TokenLogprob[] = []): AnswerDelta {
    const { reasoning, content } = this.#thinking.push(text);
    return { reasoning, ...(this.#calls?.push(content) ?? { content, calls: [] }), logprobs };
  }

  flush(): AnswerDelta {
    const { reasoning, content } = this.#thinking.flush();
    const first = this.#calls?.push(content) ?? { content, calls: [] };
    const rest = this.#calls?.flush() ?? { content: "", calls: [] };
    return { reasoning, content: first.content + rest.content, calls: [...first.calls, ...rest.calls], logprobs: [] };
  }

  reason(reason: Finish["reason"]): ApiFinishReason {
    if (reason === "length" || reason === "context") return "length";
    return (this.#calls?.count ?? 0) > 0 ? "tool_calls" : "stop";
  }
}

/** Whether there is nothing to tell a client. */
export function isEmpty({ reasoning, content, calls, logprobs }: AnswerDelta): boolean {
  return reasoning === "" && content === "" && calls.length === 0 && logprobs.length === 0;
}

/** @returns usage as OpenAI counts it, with the tokens of pictures and clips besides */
export function apiUsage({ prompt_tokens, completion_tokens, cached_tokens, image_tokens, video_tokens }: Usage): ApiUsage {
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens, prompt_tokens_details: { cached_tokens, image_tokens, video_tokens } };
}

export interface ApiUsage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details: { cached_tokens: number; image_tokens: number; video_tokens: number };
}
