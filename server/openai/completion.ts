import type { TokenLogprob } from "../../inference/events.ts";
import type { AnswerDelta, ApiFinishReason, ApiUsage } from "./answerParts.ts";

/** The objects that are answered, as OpenAI's clients read them. */

export interface CompletionHead {
  id: string;
  /** Seconds since 1970. */
  created: number;
  model: string;
}

interface ApiLogprob {
  token: string;
  logprob: number;
  bytes: readonly number[];
}

function apiLogprob({ token, logprob, bytes }: Pick<TokenLogprob, "token" | "logprob" | "bytes">): ApiLogprob {
  return { token, logprob, bytes };
}

function apiLogprobs(logprobs: readonly TokenLogprob[]): { content: (ApiLogprob & { top_logprobs: ApiLogprob[] })[]; refusal: null } {
  return { content: logprobs.map((one) => ({ ...apiLogprob(one), top_logprobs: one.top.map(apiLogprob) })), refusal: null };
}

/** An answer as a whole, put together from what comes of it. */
export class WholeAnswer {
  readonly #withLogprobs: boolean;
  readonly #calls: { id: string; name: string; arguments: string }[] = [];
  readonly #logprobs: TokenLogprob[] = [];
  #reasoning = "";
  #content = "";

  constructor(withLogprobs: boolean) {
    this.#withLogprobs = withLogprobs;
  }

  add({ reasoning, content, calls, logprobs }: AnswerDelta): void {
    this.#reasoning += reasoning;
    this.#content += content;
    this.#logprobs.push(...logprobs);
    for (const { index, id, name, arguments: text } of calls) {
      const call = (this.#calls[index] ??= { id: "", name: "", arguments: "" });
      if (id !== undefined) call.id = id;
      if (name !== undefined) call.name = name;
      call.arguments += text;
    }
  }

  completion(head: CompletionHead, reason: ApiFinishReason, usage: ApiUsage): unknown {
    const calls = this.#calls.map(({ id, name, arguments: text }) => ({ id, type: "function", function: { name, arguments: text } }));
    return {
      id: head.id,
      object: "chat.completion",
      created: head.created,
      model: head.model,
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: this.#content === "" && calls.length > 0 ? null : this.#content,
            refusal: null,
            ...(this.#reasoning !== "" && { reasoning_content: this.#reasoning }),
            ...(calls.length > 0 && { tool_calls: calls }),
          },
          logprobs: this.#withLogprobs ? apiLogprobs(this.#logprobs) : null,
          finish_reason: reason,
        },
      ],
      usage,
    };
  }
}

/** The pieces of a stream. With `usage`, all but the last say null there, as OpenAI's do. */
export class Chunks {
  readonly #head: CompletionHead;
  readonly #options: { usage: boolean; logprobs: boolean };

  constructor(head: CompletionHead, options: { usage: boolean; logprobs: boolean }) {
    this.#head = head;
    this.#options = options;
  }

  first(): unknown {
    return this.#chunk({ role: "assistant", content: "" }, null, []);
  }

  delta({ reasoning, content, calls, logprobs }: AnswerDelta): unknown {
    const toolCalls = calls.map(({ index, id, name, arguments: text }) => ({
      index,
      ...(id !== undefined && { id, type: "function" }),
      function: { ...(name !== undefined && { name }), arguments: text },
    }));
    const delta = {
      ...(reasoning !== "" && { reasoning_content: reasoning }),
      ...((content !== "" || (reasoning === "" && calls.length === 0)) && { content }),
      ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
    };
    return this.#chunk(delta, null, logprobs);
  }

  last(reason: ApiFinishReason): unknown {
    return this.#chunk({}, reason, []);
  }

  usage(usage: ApiUsage): unknown {
    return { ...this.#frame(), choices: [], usage };
  }

  #chunk(delta: unknown, reason: ApiFinishReason | null, logprobs: readonly TokenLogprob[]): unknown {
    const choice = { index: 0, delta, logprobs: this.#options.logprobs && logprobs.length > 0 ? apiLogprobs(logprobs) : null, finish_reason: reason };
    return { ...this.#frame(), choices: [choice], ...(this.#options.usage && { usage: null }) };
  }

  #frame(): Record<string, unknown> {
    const { id, created, model } = this.#head;
    return { id, object: "chat.completion.chunk", created, model };
  }
}
