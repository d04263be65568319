import type { ContentPart, GenerationRequest, Message, Sampling, ToolCall } from "../../../inference/conversation.ts";
import type { Dialect } from "./dialects.ts";

/** A part of a message as OpenAI's protocol has it, with what Qwen's servers add. */
export type WirePart = { type: "text"; text: string } | ({ type: "image_url"; image_url: { url: string } } & Record<string, unknown>) | ({ type: "video_url"; video_url: { url: string } } & Record<string, unknown>) | ({ type: "video"; video: string[] } & Record<string, unknown>);

export interface RequestOptions {
  dialect: Dialect;
  model: string;
  maxTokens: number;
  /** Parts of the messages' media, in order. */
  media: readonly WirePart[][];
  /** Beside the messages, where the media need it. */
  extra: Record<string, unknown>;
}

/** The body of POST /chat/completions. Sampling fields that the engine does not know are left out. */
export function writeRequest({ messages, options, tools }: GenerationRequest, { dialect, model, maxTokens, media, extra }: RequestOptions): Record<string, unknown> {
  const goesOn = options.continue_final_message;
  const waiting = [...media];
  let numbers = { image: 0, video: 0 };
  const number = (part: ContentPart): WirePart[] => {
    if (part.type === "text" || !options.add_vision_id || dialect.numbersMedia) return [];
    numbers = { ...numbers, [part.type]: numbers[part.type] + 1 };
    return [{ type: "text", text: `${part.type === "image" ? "Picture" : "Video"} ${numbers[part.type]}: ` }];
  };
  const parts = (part: ContentPart): WirePart[] => (part.type === "text" ? [{ type: "text", text: harmless(part.text) }] : [...number(part), ...(waiting.shift() ?? [])]);
  const written = messages.map((message, index) => writeMessage(message, parts, goesOn && index === messages.length - 1 && dialect.continues === "mark"));
  return {
    model,
    messages: written,
    stream: true,
    stream_options: { include_usage: true, ...(dialect.countsAsItGoes && { continuous_usage_stats: true }) },
    max_tokens: maxTokens,
    ...writeSampling(options.sampling, dialect),
    ...(options.logit_bias !== undefined && { logit_bias: options.logit_bias }),
    ...(options.stop.length > 0 && { stop: options.stop }),
    ...(options.logprobs !== undefined && { logprobs: true, ...(options.logprobs > 0 && { top_logprobs: options.logprobs }) }),
    ...(goesOn && dialect.continues === "fields" && { continue_final_message: true, ...(dialect.name !== "demo" && { add_generation_prompt: false }) }),
    ...(options.add_vision_id && dialect.numbersMedia === "template" && { chat_template_kwargs: { add_vision_id: true } }),
    ...(options.add_vision_id && dialect.numbersMedia === "field" && { add_vision_id: true }),
    ...(options.ignore_eos && dialect.ignoresEos && { ignore_eos: true }),
    ...(tools !== undefined && tools.length > 0 && { tools: tools.map((tool) => ({ type: "function", function: tool })), ...(dialect.rawToolChoice && { tool_choice: dialect.rawToolChoice }) }),
    ...extra,
  };
}

function writeMessage(message: Message, parts: (part: ContentPart) => WirePart[], marked: boolean): Record<string, unknown> {
  const content = typeof message.content === "string" ? harmless(message.content) : joined(message.content.flatMap(parts));
  return {
    role: message.role,
    content,
    ...(message.tool_calls !== undefined && message.tool_calls.length > 0 && { tool_calls: message.tool_calls.map(writeCall) }),
    ...(message.reasoning_content !== undefined && { reasoning_content: harmless(message.reasoning_content) }),
    ...(message.tool_call_id !== undefined && { tool_call_id: message.tool_call_id }),
    ...(marked && { partial: true }),
  };
}

/** Text alone goes as a text, which every server takes. */
function joined(parts: readonly WirePart[]): string | readonly WirePart[] {
  const texts = parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
  return texts.length === parts.length ? texts.join("") : parts;
}

function writeCall({ id, name, arguments: values }: ToolCall, position: number): unknown {
  return { id: id ?? `call_${position}`, type: "function", function: { name, arguments: JSON.stringify(values) } };
}

function writeSampling({ greedy, ...fields }: Sampling, { sampling }: Dialect): Record<string, unknown> {
  // Filters would only be in the way of the most probable token; penalties count here too.
  const unwanted = greedy === true ? ["temperature", "top_p", "top_k", "min_p"] : [];
  const known = Object.entries(fields).filter(([name]) => !unwanted.includes(name) && [...sampling].some((field) => field === name));
  return { ...Object.fromEntries(known), ...(greedy === true && { temperature: 0 }) };
}

const specialTokens = /<(?=\|(?:im_start|im_end|endoftext|vision_start|vision_end|vision_pad|image_pad|video_pad|object_ref_start|object_ref_end|box_start|box_end|quad_start|quad_end)\|>)/g;

/**
 * Servers read special tokens in what people write: a picture's placeholder in a text can end the whole engine. An invisible
 * character (word joiner) within keeps them what they are, text.
 */
export function harmless(text: string): string {
  return text.replace(specialTokens, "<\u2060");
}
