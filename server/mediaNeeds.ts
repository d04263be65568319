import { EngineError } from "../inference/errors.ts";
import { clipCost, decodedPixels, frameListCost, pictureCost, type MediaRules } from "../inference/media/cost.ts";
import type { Limits } from "./config.ts";
import type { ChatPart, EngineStatus, UploadedMedia } from "./protocol.ts";
import type { RequestMessage } from "./resolve.ts";

/** What the pictures and clips of a request bring to the engine. */
interface MediaNeeds {
  /** As the engine will count them; 0 where it does not say how it sizes media. */
  tokens: number;
  /** Decoded before anything is resized. */
  pixels: number;
}

const megapixel = 1_000_000;

/**
 * Refuses a request whose media the engine could not take, by the figures known from their uploads and before one is decoded.
 *
 * - Visual tokens must leave room in the context. This also bounds what the engine holds of them: features of
 *   4 × (1 + DeepStack layers) × width bytes a token, a fraction of the KV cache that the memory plan keeps for it.
 * - Pixels to decode bound the time that one request keeps the engine from all others.
 *
 * @throws EngineError context_length_exceeded, media_pixels_exceeded; aspect_ratio, video_… as the engine would say it
 */
export function checkMediaNeeds(messages: readonly RequestMessage[], media: ReadonlyMap<string, UploadedMedia>, { status, limits }: { status: EngineStatus; limits: Pick<Limits, "mediaPixels"> }): void {
  const info = status.state === "ready" ? status.info : undefined;
  const parts = messages.flatMap(({ content }) => content);
  const needs = parts.map((part) => needsOf(part, media, info?.media));
  // What is shown again in the same way is decoded once.
  const wording = parts.map((part) => JSON.stringify(part));
  const pixels = sum(needs.filter((_, index) => wording.indexOf(wording[index] ?? "") === index), "pixels");
  if (pixels > limits.mediaPixels) {
    throw new EngineError("media_pixels_exceeded", { megapixels: Math.ceil(pixels / megapixel), limit: Math.floor(limits.mediaPixels / megapixel) });
  }
  const tokens = sum(needs, "tokens");
  if (info !== undefined && tokens >= info.contextLength) throw new EngineError("context_length_exceeded", { tokens, limit: info.contextLength });
}

function sum(needs: readonly MediaNeeds[], key: keyof MediaNeeds): number {
  return needs.reduce((total, { [key]: value }) => total + value, 0);
}

const nothing: MediaNeeds = { tokens: 0, pixels: 0 };

/** A medium that is not what the part takes it for is left to the engine, which says so by its bytes. */
function needsOf(part: ChatPart, media: ReadonlyMap<string, UploadedMedia>, rules: MediaRules | undefined): MediaNeeds {
  if (part.type === "text") return nothing;
  const named = [part.media].flat().flatMap((id) => media.get(id) ?? []);
  const [first] = named;
  if (first === undefined) return nothing;
  const { info, name } = first;
  const own = named.reduce((pixels, { info: { width, height } }) => pixels + width * height, 0);
  switch (part.type) {
    case "image":
      return info.kind === "image" ? { tokens: rules ? pictureCost(part, { ...info, name }, rules).tokens : 0, pixels: own } : nothing;
    case "video": {
      if (Array.isArray(part.media)) return { tokens: rules ? frameListCost(part, { ...info, name, frames: named.length }, rules).tokens : 0, pixels: own };
      if (info.kind !== "video") return nothing;
      if (!rules) return { tokens: 0, pixels: decodedPixels(info, info.sampledTimes) };
      const { tokens, frames } = clipCost(part, { ...info, name }, rules);
      return { tokens, pixels: decodedPixels(info, frames) };
    }
  }
}
