import { z } from "zod";
import type { Tool, ToolCall } from "../../inference/conversation.ts";
import type { EngineInfo } from "../../inference/protocol.ts";
import type { ChatPart, ChatSettings, UploadedMedia } from "../protocol.ts";
import type { ChatRequest, RequestMessage } from "../resolve.ts";
import { parse } from "./body.ts";
import { ApiFault, FaultInPart, invalid } from "./fault.ts";
import { imageOptions, videoOptions, type ApiImagePart, type ApiVideoPart } from "./mediaOptions.ts";
import { mediumReference, type MediumReference } from "./references.ts";
import type { ApiContentPart, ApiMessage, CompletionRequest } from "./requestSchema.ts";
import { checkParameters } from "./toolSchemas.ts";

/** A body of the API as a request to the engine, in two steps, between which its media are taken in. */

type ApiContent = string | readonly ApiContentPart[] | null | undefined;

/**
 * All media in order of appearance.
 *
 * @param host the Host header
 * @throws ApiFault, FaultInPart
 */
export function mediaOf(messages: readonly ApiMessage[], { host, mostFrames }: { host: string; mostFrames: number }): MediumReference[] {
  return messages.flatMap(({ content }, index) =>
    partsOf(content).flatMap((part, place) => {
      const at = `messages[${index}].content[${place}].${part.type}`;
      if (part.type === "text") return [];
      const { address, kind, param } = addressOf(part, at);
      try {
        return [mediumReference(address, { param, kind, host, mostFrames })];
      } catch (fault) {
        throw fault instanceof ApiFault ? fault : new FaultInPart(param, fault);
      }
    }),
  );
}

function addressOf(part: Exclude<ApiContentPart, { type: "text" }>, at: string): { address: string | readonly string[]; kind: "image" | "video"; param: string } {
  switch (part.type) {
    case "image":
      return { address: part.image, kind: "image", param: at };
    case "image_url":
      return typeof part.image_url === "string" ? { address: part.image_url, kind: "image", param: at } : { address: part.image_url.url, kind: "image", param: `${at}.url` };
    case "video":
      return { address: part.video, kind: "video", param: at };
    case "video_url":
      return typeof part.video_url === "string" ? { address: part.video_url, kind: "video", param: at } : { address: part.video_url.url, kind: "video", param: `${at}.url` };
  }
}

/**
 * @param media of each medium in order, its files
 * @throws ApiFault
 */
export function toChatRequest(request: CompletionRequest, media: readonly (readonly UploadedMedia[])[], info: EngineInfo): ChatRequest {
  const remaining = media.values();
  const options = request.mm_processor_kwargs ?? {};
  const toPart = (part: ApiContentPart): ChatPart => {
    if (part.type === "text") return part;
    const files = remaining.next().value ?? [];
    return part.type === "image" || part.type === "image_url" ? imagePart(part, files) : videoPart(part, files);
  };
  const imagePart = (part: ApiImagePart, [file]: readonly UploadedMedia[]): ChatPart => ({ type: "image", media: file?.id ?? "", ...imageOptions(part, options, info.media) });
  const videoPart = (part: ApiVideoPart, files: readonly UploadedMedia[]): ChatPart => {
    const [first] = files;
    const listed = first?.info.kind === "image";
    return { type: "video", media: listed ? files.map(({ id }) => id) : (first?.id ?? ""), ...videoOptions(part, options, files, info.media) };
  };
  const messages = request.messages.map((message, index): RequestMessage => ({ ...toMessage(message, index), content: partsOf(message.content).map(toPart) }));
  if (request.continue_final_message === true && messages.at(-1)?.role !== "assistant") {
    throw invalid("continue_final_message", "continue_final_message needs an assistant message at the end.");
  }
  const tools = toTools(request);
  return {
    messages,
    settings: toSettings(request),
    ...(tools.length > 0 && { tools }),
    options: {
      ...(request.logprobs === true && { logprobs: request.top_logprobs ?? 0 }),
      ...(request.logit_bias && { logit_bias: checkBias(request.logit_bias, info) }),
    },
  };
}

function partsOf(content: ApiContent): readonly ApiContentPart[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return content ?? [];
}

function toMessage(message: ApiMessage, index: number): Omit<RequestMessage, "content"> {
  switch (message.role) {
    case "system":
    case "developer":
      return { role: "system" };
    case "user":
      return { role: "user" };
    case "tool":
      return { role: "tool", ...(typeof message.tool_call_id === "string" && { tool_call_id: message.tool_call_id }) };
    case "assistant": {
      const { tool_calls: calls, reasoning_content: reasoning } = message;
      if (message.content === undefined || message.content === null) {
        if (!calls?.length) throw invalid(`messages[${index}].content`, `Invalid messages[${index}].content: an assistant message without tool_calls needs one.`);
      }
      return {
        role: "assistant",
        ...(calls?.length && { tool_calls: calls.map(({ id, function: { name, arguments: text } }, place): ToolCall => ({ ...(typeof id === "string" && { id }), name, arguments: toArguments(text, `messages[${index}].tool_calls[${place}].function.arguments`) })) }),
        ...(typeof reasoning === "string" && { reasoning_content: reasoning }),
      };
    }
  }
}

const argumentsSchema = z.record(z.string(), z.unknown());

/** Templates write arguments out themselves, as the model was trained to: they need them as an object. */
function toArguments(text: string, param: string): ToolCall["arguments"] {
  if (text.trim() === "") return {};
  try {
    return argumentsSchema.parse(parse(Buffer.from(text)));
  } catch (cause) {
    throw new ApiFault("invalid_value", `Invalid ${param}: it must be the text of a JSON object.`, { param, cause });
  }
}

function toTools({ tools, tool_choice: choice }: CompletionRequest): Tool[] {
  const all = (tools ?? []).map(({ function: { name, description, parameters } }, index): Tool => {
    if (parameters) checkParameters(parameters, `tools[${index}].function.parameters`);
    return { name, ...(typeof description === "string" && { description }), ...(parameters && { parameters }) };
  });
  const names = all.map(({ name }) => name);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice >= 0) throw invalid(`tools[${twice}].function.name`, `Invalid tools[${twice}].function.name: another tool has this name.`);
  return choice === "none" ? [] : all;
}

function toSettings(request: CompletionRequest): ChatSettings {
  const { top_p: topP, top_k: topK, seed, stop } = request;
  const most = request.max_completion_tokens ?? request.max_tokens;
  return {
    sampling: {
      // The most probable alone, as a nucleus of nothing means.
      ...(topP === 0 ? { greedy: true } : typeof topP === "number" && { top_p: topP }),
      ...(typeof request.temperature === "number" && { temperature: request.temperature }),
      ...(typeof topK === "number" && { top_k: Math.max(topK, 0) }),
      ...(typeof request.min_p === "number" && { min_p: request.min_p }),
      ...(typeof request.repetition_penalty === "number" && { repetition_penalty: request.repetition_penalty }),
      ...(typeof request.presence_penalty === "number" && { presence_penalty: request.presence_penalty }),
      ...(typeof request.frequency_penalty === "number" && { frequency_penalty: request.frequency_penalty }),
      // Seeds below zero are seeds too; the engine's begin at it.
      ...(typeof seed === "number" && { seed: seed < 0 ? Number.MAX_SAFE_INTEGER + 1 + seed : seed }),
    },
    ...(typeof most === "number" && { max_new_tokens: most }),
    stop: typeof stop === "string" ? [stop] : (stop ?? []),
    add_vision_id: request.add_vision_id ?? false,
    continue_final_message: request.continue_final_message ?? false,
  };
}

const mostBiases = 1024;

function checkBias(bias: Record<string, number>, { vocabularySize }: EngineInfo): Record<string, number> {
  const ids = Object.keys(bias);
  if (ids.length > mostBiases) throw invalid("logit_bias", `Invalid logit_bias: at most ${mostBiases} tokens.`);
  const outside = ids.find((id) => vocabularySize !== undefined && Number(id) >= vocabularySize);
  if (outside !== undefined) throw invalid("logit_bias", `Invalid logit_bias: ${outside} is no token of this model, which has ${vocabularySize}.`);
  return bias;
}

/** What the schema alone cannot say. @throws ApiFault */
export function checkTogether(request: CompletionRequest): void {
  if (request.stream !== true && request.stream_options) throw invalid("stream_options", "Invalid stream_options: it needs stream to be true.");
  if (request.logprobs !== true && typeof request.top_logprobs === "number" && request.top_logprobs > 0) {
    throw invalid("top_logprobs", "Invalid top_logprobs: it needs logprobs to be true.");
  }
}
