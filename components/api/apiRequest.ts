import type { ChatMessage, ChatPart, UploadedMedia } from "../../server/protocol.ts";
import type { ChatRequest } from "../settings/request.ts";

/** A medium in a request, before it is known how a language writes it. */
export type MediumSource = { type: "address"; url: string } | { type: "file"; name: string; mime: string };

export class MediumSlot {
  readonly source: MediumSource;

  constructor(source: MediumSource) {
    this.source = source;
  }
}

/** JSON with media in it. */
export type ApiValue = string | number | boolean | MediumSlot | readonly ApiValue[] | { readonly [key: string]: ApiValue };
export type ApiRecord = Readonly<Record<string, ApiValue>>;

export interface ApiRequest {
  /** What every client of OpenAI's API knows. */
  standard: ApiRecord;
  /** What this server takes besides; vLLM has the same names for most of it. */
  extra: ApiRecord;
}

/**
 * A conversation as the API at /v1/chat/completions takes it.
 *
 * @param media what the messages name by id
 */
export function toApiRequest({ messages, settings }: ChatRequest, { model, media }: { model: string; media: ReadonlyMap<string, UploadedMedia> }): ApiRequest {
  const { greedy, temperature, top_p, presence_penalty, frequency_penalty, seed, top_k, min_p, repetition_penalty } = settings.sampling;
  return {
    standard: defined({
      model,
      messages: messages.map((message) => toApiMessage(message, media)),
      max_tokens: settings.max_new_tokens,
      temperature: greedy === true ? 0 : temperature,
      top_p,
      presence_penalty,
      frequency_penalty,
      seed,
      // The API takes four at most.
      stop: settings.stop.length > 0 ? settings.stop.slice(0, 4) : undefined,
    }),
    extra: defined({ top_k, min_p, repetition_penalty, add_vision_id: settings.add_vision_id ? true : undefined }),
  };
}

function toApiMessage({ role, content }: ChatMessage, media: ReadonlyMap<string, UploadedMedia>): ApiRecord {
  const texts = content.flatMap((part) => (part.type === "text" ? [part.text] : []));
  if (texts.length === content.length) return { role, content: texts.join("\n\n") };
  return { role, content: content.map((part) => toApiPart(part, media)) };
}

function toApiPart(part: ChatPart, media: ReadonlyMap<string, UploadedMedia>): ApiRecord {
  switch (part.type) {
    case "text":
      return part;
    case "image": {
      const { type, media: id, ...options } = part;
      return { type: `${type}_url`, image_url: { url: slotOf(media.get(id), type) }, ...defined(options) };
    }
    case "video": {
      const { type, media: id, ...options } = part;
      if (typeof id === "string") return { type: `${type}_url`, video_url: { url: slotOf(media.get(id), type) }, ...defined(options) };
      const frames = id.map((_frame, index) => new MediumSlot({ type: "file", name: `frame-${String(index + 1).padStart(3, "0")}.png`, mime: "image/png" }));
      return { type, video: frames, ...defined(options) };
    }
  }
}

function slotOf(medium: UploadedMedia | undefined, kind: "image" | "video"): MediumSlot {
  if (medium?.origin?.kind === "address") return new MediumSlot({ type: "address", url: medium.origin.url });
  const usual = kind === "image" ? { name: "picture.png", mime: "image/png" } : { name: "clip.mp4", mime: "video/mp4" };
  return new MediumSlot({ type: "file", name: medium?.name ?? usual.name, mime: medium?.mime ?? usual.mime });
}

function defined(record: Record<string, ApiValue | undefined>): ApiRecord {
  return Object.fromEntries(Object.entries(record).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
}
