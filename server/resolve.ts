import type { ContentPart, GenerationOptions, GenerationRequest, Message, Tool } from "../inference/conversation.ts";
import { EngineError, type ErrorParams, type WireError } from "../inference/errors.ts";
import type { Limits } from "./config.ts";
import type { MediaStore } from "./media/store.ts";
import type { ChatMessage, ChatPart, ChatSettings, UploadedMedia } from "./protocol.ts";

/** A message as the page sends it, or as the API does: with what tools gave and how they were called. */
export type RequestMessage = Omit<ChatMessage, "role"> & Pick<Message, "role" | "tool_calls" | "tool_call_id" | "reasoning_content">;

/** A conversation to be answered. */
export interface ChatRequest {
  messages: readonly RequestMessage[];
  settings: ChatSettings;
  tools?: readonly Tool[];
  /** What the page has no setting for. */
  options?: Pick<GenerationOptions, "logprobs" | "logit_bias">;
}

export interface ResolvedRequest {
  request: GenerationRequest;
  /** By id. */
  media: ReadonlyMap<string, UploadedMedia>;
}

type RequestLimits = Pick<Limits, "textCharacters" | "mediaPerRequest" | "mediaPerConversation" | "framesPerVideo">;

/** @throws EngineError invalid_request when a conversation is longer than allowed; nothing is read for that. */
export function checkLimits({ messages, tools = [] }: ChatRequest, limits: RequestLimits): void {
  const parts = messages.flatMap((message) => message.content);
  const written = messages.map(({ tool_calls = [], reasoning_content = "" }) => [tool_calls, reasoning_content]);
  const besides = JSON.stringify([tools, written]).length - JSON.stringify([[], messages.map(() => [[], ""])]).length;
  const characters = parts.reduce((sum, part) => sum + (part.type === "text" ? part.text.length : 0), besides);
  if (characters > limits.textCharacters) refuse("the text is too long", limits.textCharacters);
  if (parts.filter(isMedium).length > limits.mediaPerConversation) refuse("too many pictures and clips", limits.mediaPerConversation);
  if (messages.some((message) => message.content.filter(isMedium).length > limits.mediaPerRequest)) {
    refuse("too many pictures and clips in one message", limits.mediaPerRequest);
  }
  if (parts.some((part) => mediaIds(part).length > limits.framesPerVideo)) refuse("too many frames", limits.framesPerVideo);
}

/**
 * Puts the paths of the session's own files in the place of media ids.
 *
 * @throws EngineError media_missing, with the id as `media`, for one that the session does not have (any more).
 */
export async function resolveRequest({ messages, settings, tools, options }: ChatRequest, store: MediaStore, session: string): Promise<ResolvedRequest> {
  const media = new Map<string, UploadedMedia>();
  for (const id of new Set(messages.flatMap((message) => message.content.flatMap(mediaIds)))) {
    const found = await store.find(session, id);
    if (found === undefined) throw new EngineError("media_missing", { name: "", media: id });
    media.set(id, found);
  }
  const path = (id: string): string => store.path(session, id);
  return {
    media,
    request: {
      messages: messages.map((message): Message => ({ ...message, content: message.content.map((part) => withPaths(part, path)) })),
      options: { ...settings, continue_final_message: settings.continue_final_message ?? false, ignore_eos: false, ...options },
      ...(tools !== undefined && { tools: [...tools] }),
      owner: session,
    },
  };
}

/** The engine knows media by their stored files; the user knows them by name. */
export function withUserNames(error: WireError, media: ReadonlyMap<string, UploadedMedia>): WireError {
  const params: ErrorParams = {};
  for (const [key, value] of Object.entries(error.params)) {
    const id = typeof value === "string" ? /[0-9a-f]{64}$/.exec(value)?.[0] : undefined;
    params[key] = id === undefined || key === "media" ? value : (media.get(id)?.name ?? "");
    if (id !== undefined) params.media = id;
  }
  return { code: error.code, params };
}

function withPaths(part: ChatPart, path: (id: string) => string): ContentPart {
  switch (part.type) {
    case "text":
      return part;
    case "image": {
      const { media, ...options } = part;
      return { ...options, image: path(media) };
    }
    case "video": {
      const { media, ...options } = part;
      return { ...options, video: typeof media === "string" ? path(media) : media.map(path) };
    }
  }
}

function mediaIds(part: ChatPart): readonly string[] {
  if (part.type === "text") return [];
  return typeof part.media === "string" ? [part.media] : part.media;
}

function isMedium(part: ChatPart): boolean {
  return part.type !== "text";
}

function refuse(reason: string, limit: number): never {
  throw new EngineError("invalid_request", { reason, limit });
}
