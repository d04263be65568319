import * as z from "zod/mini";
import { wireErrorSchema } from "./errors.ts";

const count = z.int().check(z.nonnegative());

/** Where a request is before its first token. `medium` and `media` count from 1 over the pictures and clips. */
export const phaseSchema = z.discriminatedUnion("name", [
  /** `seconds`: until its turn, as far as that can be said. */
  z.object({ name: z.literal("queued"), position: count, seconds: z.optional(count) }),
  z.object({ name: z.literal("decoding"), medium: count, media: count, frames: count, totalFrames: count }),
  z.object({ name: z.literal("vision"), medium: count, media: count, kind: z.enum(["image", "video"]), done: count, total: count }),
  z.object({ name: z.literal("prefill"), done: count, total: count }),
]);
export type Phase = z.infer<typeof phaseSchema>;

export const finishReasonSchema = z.enum(["eos", "stop", "length", "context", "abort"]);
/** eos: the model ended · stop: a stop string · length: max tokens · context: no room left · abort: somebody stopped it. */
export type FinishReason = z.infer<typeof finishReasonSchema>;

export const usageSchema = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  /** Of the prompt: visual tokens of pictures and of clips, and tokens that the KV cache already held. */
  image_tokens: count,
  video_tokens: count,
  cached_tokens: count,
});
export type Usage = z.infer<typeof usageSchema>;

const milliseconds = z.number().check(z.nonnegative());
export const timingsSchema = z.object({
  media_ms: milliseconds,
  vision_ms: milliseconds,
  prefill_ms: milliseconds,
  decode_ms: milliseconds,
  /** From the start of the request's work to its first token. */
  first_token_ms: milliseconds,
  /** Tokens a second while decoding, from the second token on. */
  tokens_per_second: z.number().check(z.nonnegative()),
});
export type Timings = z.infer<typeof timingsSchema>;

const likelihood = {
  /** Its text; bytes that are no whole character show as U+FFFD. */
  token: z.string(),
  bytes: z.array(z.int().check(z.minimum(0), z.maximum(255))),
  /** Natural logarithm of what the model gave it, before any penalty, bias or filter. */
  logprob: z.number().check(z.maximum(0)),
};
export const tokenLogprobSchema = z.object({ ...likelihood, top: z.array(z.object(likelihood)) });
export type TokenLogprob = z.infer<typeof tokenLogprobSchema>;

export const generationEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("phase"), phase: phaseSchema }),
  /** `tokens`: how many were generated so far; `delta` may hold the text of several, or be held back by a stop string. */
  z.object({
    type: z.literal("text"),
    delta: z.string(),
    tokens: count,
    /** Of the tokens since the last event, where they were asked for. */
    logprobs: z.optional(z.array(tokenLogprobSchema)),
  }),
  z.object({
    type: z.literal("finish"),
    reason: finishReasonSchema,
    usage: usageSchema,
    timings: timingsSchema,
    /** Clips of which only a part could be decoded, by their file's name: an upload's id. */
    damaged: z.optional(z.array(z.string())),
  }),
  z.object({ type: z.literal("error"), error: wireErrorSchema }),
]);
/** What a generation yields; `finish` or `error` is the last. */
export type GenerationEvent = z.infer<typeof generationEventSchema>;

/** What a medium is and what it will cost, known before it is sent. */
export const mediaInfoSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("image"),
    format: z.enum(["jpeg", "png", "webp", "gif"]),
    /** As displayed: EXIF orientation applied. */
    width: count,
    height: count,
    /** As the model will see it. */
    resizedWidth: count,
    resizedHeight: count,
    tokens: count,
  }),
  z.object({
    kind: z.literal("video"),
    /** The container, as ffmpeg names it. */
    format: z.string(),
    width: count,
    height: count,
    resizedWidth: count,
    resizedHeight: count,
    /** Seconds. */
    duration: z.number().check(z.nonnegative()),
    fps: z.number().check(z.nonnegative()),
    frames: count,
    /** The times in seconds of the frames that the default settings sample. */
    sampledTimes: z.array(z.number()),
    hasAudio: z.boolean(),
    tokens: count,
  }),
]);
export type MediaInfo = z.infer<typeof mediaInfoSchema>;
