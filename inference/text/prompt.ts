import { Template } from "@huggingface/jinja";
import type { ModelConfig } from "../checkpoint/types.ts";
import type { Message, Tool } from "../conversation.ts";
import { EngineError } from "../errors.ts";
import type { ProcessedMedium } from "../media/types.ts";
import { escapeRegExp } from "./escapeRegExp.ts";
import { protectSpecialTokens } from "./protection.ts";
import type { TextTokenizer } from "./tokenizer.ts";

export type PromptMedium = Pick<ProcessedMedium, "kind" | "grid" | "timestamps">;

export interface PromptOptions {
  /** The checkpoint's chat template. */
  template: string;
  tokenizer: TextTokenizer;
  messages: readonly Message[];
  /** What the model may call. */
  tools?: readonly Tool[];
  addVisionId: boolean;
  /** The last message is an answer to go on with; without it, a new answer begins. */
  continueFinalMessage?: boolean;
  /** In the order of their appearance in the messages. */
  media: readonly PromptMedium[];
  mergeSize: number;
  tokens: ModelConfig["tokens"];
}

export interface Prompt {
  /** The rendered template, with one placeholder for each picture and clip. */
  text: string;
  /** As the model takes them: a placeholder for each visual token, the time before each temporal patch of a clip. */
  tokens: number[];
}

/**
 * Renders a conversation and tokenizes it as Qwen3VLProcessor does (processing_qwen3_vl.py), except that special tokens
 * within the messages stay text.
 *
 * @throws EngineError invalid_request when the template refuses the conversation, leaves out one of its media, or has no place for tools.
 */
export function buildPrompt({ template, tokenizer, messages, tools = [], addVisionId, continueFinalMessage = false, media, mergeSize, tokens }: PromptOptions): Prompt {
  if (tools.length > 0 && !/\btools\b/.test(template)) throw new EngineError("invalid_request", { reason: "this model's chat template knows no tools" });
  const { messages: protectedMessages, tools: protectedTools, unprotect } = protectSpecialTokens(messages, tools, tokenizer.specialTokens);
  const { before, begun } = continueFinalMessage ? splitBegunAnswer(protectedMessages) : { before: protectedMessages, begun: "" };
  const rendered =
    render(template, {
      messages: before.map(asTemplatesKnowIt),
      ...(tools.length > 0 && { tools: protectedTools.map((tool) => ({ type: "function", function: tool })) }),
      add_vision_id: addVisionId,
      add_generation_prompt: true,
    }) + begun;
  const placeholders: Placeholders = {
    image: tokenizer.addedText(tokens.image),
    video: tokenizer.addedText(tokens.video),
    start: tokenizer.addedText(tokens.visionStart),
    end: tokenizer.addedText(tokens.visionEnd),
  };
  const { text, counts } = expand(rendered, media, { placeholders, mergeSize });
  const ids: number[] = [];
  for (const [place, piece] of tokenizer.splitAtSpecial(text).entries()) {
    if (place % 2 === 0) {
      for (const id of tokenizer.encodePlain(unprotect(piece))) ids.push(id);
    } else {
      const repeats = piece === placeholders.image || piece === placeholders.video ? (counts.shift() ?? 0) : 1;
      const id = tokenizer.specialId(piece) ?? 0;
      for (let repeat = 0; repeat < repeats; repeat += 1) ids.push(id);
    }
  }
  return { text: unprotect(rendered), tokens: ids };
}

/**
 * The answer that is to go on, apart from what it answers. It follows the generation prompt as it did when it was written,
 * so that what a thinking model had written of its thoughts stays where it was; `continue_final_message` of transformers,
 * which renders the answer as a message and cuts off its end, gives the same where the template adds nothing to an answer.
 */
function splitBegunAnswer(messages: readonly Message[]): { before: readonly Message[]; begun: string } {
  const last = messages.at(-1);
  const parts = typeof last?.content === "string" ? [{ type: "text" as const, text: last.content }] : (last?.content ?? []);
  const texts = parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
  if (last?.role !== "assistant" || texts.length < parts.length || texts.join("") === "") {
    throw new EngineError("invalid_request", { reason: "only the text of an answer at the end of the conversation can be continued" });
  }
  return { before: messages.slice(0, -1), begun: texts.join("") };
}

/** Templates take calls as OpenAI's API writes them, but for the arguments, which they write out themselves. */
function asTemplatesKnowIt({ tool_calls: calls, ...message }: Message): Record<string, unknown> {
  if (calls === undefined) return message;
  return { ...message, tool_calls: calls.map(({ id, name, arguments: given }) => ({ ...(id !== undefined && { id }), type: "function", function: { name, arguments: given } })) };
}

function render(template: string, variables: Record<string, unknown>): string {
  let compiled: Template;
  try {
    compiled = new Template(template);
  } catch (fault) {
    throw new EngineError("checkpoint_corrupt", { file: "chat_template", reason: "it cannot be parsed" }, { cause: fault });
  }
  try {
    return compiled.render(variables);
  } catch (fault) {
    throw new EngineError("invalid_request", { reason: "the chat template refuses this conversation" }, { cause: fault });
  }
}

type Placeholders = Record<"image" | "video" | "start" | "end", string>;

/**
 * Writes out the temporal patches of clips, each with its time: as text, because its tokens merge with their neighbours.
 * A run of pads stays one placeholder; `counts` says how many it stands for, in order.
 */
function expand(
  rendered: string,
  media: readonly PromptMedium[],
  { placeholders: { image, video, start, end }, mergeSize }: { placeholders: Placeholders; mergeSize: number },
): { text: string; counts: number[] } {
  const counts: number[] = [];
  const remaining = media.values();
  const clip = escapeRegExp(start + video + end);
  // A clip is replaced together with the tokens around it, or without where a template writes none.
  const pattern = new RegExp(`${escapeRegExp(image)}|${clip}|${escapeRegExp(video)}`, "gu");
  const text = rendered.replace(pattern, (placeholder) => {
    const { value: medium } = remaining.next();
    if (medium?.kind !== (placeholder === image ? "image" : "video")) throw disagreement();
    const { t, h, w } = medium.grid;
    const frameTokens = (h * w) / mergeSize ** 2;
    if (medium.kind === "image") {
      counts.push(t * frameTokens);
      return image;
    }
    if (medium.timestamps.length !== t) throw new RangeError(`${medium.timestamps.length} timestamps for ${t} temporal patches`);
    for (let frame = 0; frame < t; frame += 1) counts.push(frameTokens);
    return medium.timestamps.map((seconds) => `<${formatTenths(seconds)} seconds>${start}${video}${end}`).join("");
  });
  if (!remaining.next().done) throw disagreement();
  return { text, counts };
}

function disagreement(): EngineError {
  return new EngineError("invalid_request", { reason: "the chat template does not show every picture and clip where it stands" });
}

/** A time with one decimal as Python writes it. Both round the exact binary value; of two equally near, Python takes the even one. */
export function formatTenths(seconds: number): string {
  const isTieAboveEven = (seconds * 4) % 4 === 1;
  return isTieAboveEven ? `${Math.floor(seconds)}.2` : seconds.toFixed(1);
}
