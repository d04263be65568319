import * as z from "zod/mini";
import { engineErrorCodeSchema, wireErrorSchema } from "../inference/errors.ts";
import { generationEventSchema, mediaInfoSchema } from "../inference/events.ts";
import { samplingSchema } from "../inference/conversation.ts";
import { engineInfoSchema, loadingSchema } from "../inference/protocol.ts";

/** The messages between browser and server, over one WebSocket at /ws; media travel by HTTP and are named by id. */

export const mediaIdSchema = z.string().check(z.regex(/^[0-9a-f]{64}$/));

const pixels = z.int().check(z.positive());
const mediaOptions = {
  min_pixels: z.optional(pixels),
  max_pixels: z.optional(pixels),
  resized_height: z.optional(pixels),
  resized_width: z.optional(pixels),
};

export const chatPartSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("image"), media: mediaIdSchema, ...mediaOptions }),
  z.object({
    type: z.literal("video"),
    media: z.union([mediaIdSchema, z.array(mediaIdSchema).check(z.minLength(1))]),
    ...mediaOptions,
    total_pixels: z.optional(pixels),
    fps: z.optional(z.number().check(z.positive())),
    nframes: z.optional(z.int().check(z.positive())),
    min_frames: z.optional(z.int().check(z.positive())),
    max_frames: z.optional(z.int().check(z.positive())),
    video_start: z.optional(z.number().check(z.nonnegative())),
    video_end: z.optional(z.number().check(z.positive())),
    sample_fps: z.optional(z.number().check(z.positive())),
  }),
]);
export type ChatPart = z.infer<typeof chatPartSchema>;

export const chatMessageSchema = z.object({
  role: z.enum(["system", "user", "assistant"]),
  content: z.array(chatPartSchema),
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;

export const chatSettingsSchema = z.object({
  sampling: z._default(samplingSchema, {}),
  max_new_tokens: z.optional(z.int().check(z.positive())),
  stop: z._default(z.array(z.string().check(z.minLength(1), z.maxLength(256))).check(z.maxLength(16)), []),
  add_vision_id: z._default(z.boolean(), false),
  /** The last message is an answer that was cut off, and goes on. */
  continue_final_message: z.optional(z.boolean()),
});
export type ChatSettings = z.infer<typeof chatSettingsSchema>;

/** Chosen by the browser, so that it can ask for a run again after a lost connection. */
export const runIdSchema = z.uuid();

export const clientMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("generate"), run: runIdSchema, messages: z.array(chatMessageSchema).check(z.minLength(1)), settings: chatSettingsSchema }),
  z.object({ type: z.literal("stop"), run: runIdSchema }),
  /** Send every event of the run after sequence number `after` again (0: all), then go on live. */
  z.object({ type: z.literal("resume"), run: runIdSchema, after: z.int().check(z.nonnegative()) }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

export const engineStatusSchema = z.discriminatedUnion("state", [
  z.object({ state: z.literal("loading"), loading: loadingSchema }),
  z.object({ state: z.literal("ready"), info: engineInfoSchema }),
  /** The worker died and is started again. */
  z.object({ state: z.literal("restarting") }),
  /** An engine elsewhere cannot be reached at the moment, and why; it is tried again. */
  z.object({ state: z.literal("away"), error: wireErrorSchema }),
  z.object({ state: z.literal("unusable"), error: wireErrorSchema }),
]);
export type EngineStatus = z.infer<typeof engineStatusSchema>;

export const serverMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("status"), status: engineStatusSchema }),
  /** `seq` counts from 1 within a run without gaps. */
  z.object({ type: z.literal("event"), run: runIdSchema, seq: z.int().check(z.positive()), event: generationEventSchema }),
  /** The server does not know this run (any more): it was restarted, or the run is long over. */
  z.object({ type: z.literal("unknown-run"), run: runIdSchema }),
  /** A message could not be used; `run` where it named one. */
  z.object({ type: z.literal("refused"), run: z.optional(runIdSchema), error: wireErrorSchema }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;

/** The page's own: what the reader chose for one picture or clip; what is left out is the conversation's. */
export const mediaChoicesSchema = z.object({
  /** Of a clip: the part that is looked at, in seconds. */
  start: z.optional(z.number().check(z.nonnegative())),
  end: z.optional(z.number().check(z.positive())),
  /** Visual tokens of the picture, or of a frame. */
  tokens: z.optional(z.object({ min: z.optional(z.int().check(z.positive())), max: z.optional(z.int().check(z.positive())) })),
});
export type MediaChoices = z.infer<typeof mediaChoicesSchema>;

/** HTTP. POST /api/media (multipart, one file a request) answers this; GET /api/media/:id and /api/media/:id/poster give bytes. */
export const uploadedMediaSchema = z.object({
  id: mediaIdSchema,
  name: z.string(),
  bytes: z.int(),
  mime: z.string(),
  info: mediaInfoSchema,
  /** The page's own: a clip made of pictures, `fps` a second. `id` is then its first picture; there is no file of the whole. */
  frames: z.optional(z.object({ media: z.array(mediaIdSchema).check(z.minLength(1)), fps: z.number().check(z.positive()) })),
  /** The page's own: what it was made from. */
  origin: z.optional(
    z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("page"), file: z.string(), page: z.int().check(z.positive()) }),
      /** A part that was cut out of the picture of this name. */
      z.object({ kind: z.literal("part"), of: z.string() }),
      z.object({ kind: z.literal("address"), url: z.string() }),
    ]),
  ),
  choices: z.optional(mediaChoicesSchema),
});
export type UploadedMedia = z.infer<typeof uploadedMediaSchema>;

/** POST /api/media/url, JSON: the server fetches a picture or clip. Errors before its first byte are answered as everywhere. */
export const fetchRequestSchema = z.object({ url: z.string().check(z.minLength(1), z.maxLength(2048)) });
/** The answer: one JSON a line, as long as the file arrives. Closing the connection stops it. */
export const fetchReportSchema = z.discriminatedUnion("type", [
  /** `total` where the other server says it. */
  z.object({ type: z.literal("progress"), bytes: z.int().check(z.nonnegative()), total: z.optional(z.int().check(z.positive())) }),
  z.object({ type: z.literal("done"), media: uploadedMediaSchema }),
  z.object({ type: z.literal("failed"), error: z.lazy(() => httpErrorSchema.shape.error) }),
]);
export type FetchReport = z.infer<typeof fetchReportSchema>;

/** POST /api/tokens, JSON: how many tokens texts are in a message. */
export const tokensRequestSchema = z.object({ texts: z.array(z.string()).check(z.maxLength(64)) });
/** One count a text; null where the engine is elsewhere and cannot say, so that they are estimated. */
export const tokensReplySchema = z.object({ counts: z.nullable(z.array(z.int().check(z.nonnegative()))) });
export type TokensReply = z.infer<typeof tokensReplySchema>;

/** GET /api/config: what the page needs to know before anything is sent. */
export const serverConfigSchema = z.object({
  status: engineStatusSchema,
  limits: z.object({
    imageBytes: z.int(),
    videoBytes: z.int(),
    mediaPerRequest: z.int(),
    /** Pixels that may be decoded for the media of a conversation. */
    mediaPixels: z.number().check(z.positive()),
    textCharacters: z.int(),
  }),
  /** Who is asking, where people log in; `name` is null for who came with a key. */
  account: z.optional(z.object({ name: z.nullable(z.string()) })),
  sharing: z.optional(
    z.object({
      /** Whether conversations can be shared as pages for reading. */
      conversations: z.boolean(),
      /** Whether others can reach this page: GET /api/link says where. */
      addresses: z.boolean(),
    }),
  ),
});
export type ServerConfig = z.infer<typeof serverConfigSchema>;

/** Every HTTP error. `params` are the figures for the text in the reader's language. */
export const httpErrorCodeSchema = z.union([
  engineErrorCodeSchema,
  z.enum(["not_found", "method_not_allowed", "unauthorized", "forbidden", "unsupported_media_type", "body_too_large", "too_slow", "rate_limited", "share_limit"]),
]);
export type HttpErrorCode = z.infer<typeof httpErrorCodeSchema>;
export const httpErrorSchema = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    code: httpErrorCodeSchema,
    param: z.nullable(z.string()),
    params: z._default(z.record(z.string(), z.union([z.string(), z.number()])), {}),
  }),
});
export type HttpError = z.infer<typeof httpErrorSchema>;
