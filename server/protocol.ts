import { z } from "zod";
import { engineErrorCodeSchema, wireErrorSchema } from "../inference/errors.ts";
import { generationEventSchema, mediaInfoSchema } from "../inference/events.ts";
import { samplingSchema } from "../inference/conversation.ts";
import { engineInfoSchema, loadingSchema } from "../inference/protocol.ts";

/** The messages between browser and server, over one WebSocket at /ws; media travel by HTTP and are named by id. */

export const mediaIdSchema = z.string().regex(/^[0-9a-f]{64}$/);

const pixels = z.number().int().positive();
const mediaOptions = {
  min_pixels: pixels.optional(),
  max_pixels: pixels.optional(),
  resized_height: pixels.optional(),
  resized_width: pixels.optional(),
};

export const chatPartSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("image"), media: mediaIdSchema, ...mediaOptions }),
  z.object({
    type: z.literal("video"),
    media: z.union([mediaIdSchema, z.array(mediaIdSchema).min(1)]),
    ...mediaOptions,
    total_pixels: pixels.optional(),
    fps: z.number().positive().optional(),
    nframes: z.number().int().positive().optional(),
    min_frames: z.number().int().positive().optional(),
    max_frames: z.number().int().positive().optional(),
    video_start: z.number().nonnegative().optional(),
    video_end: z.number().positive().optional(),
    sample_fps: z.number().positive().optional(),
  }),
]);
export type ChatPart = z.infer<typeof chatPartSchema>;

export const chatMessageSchema = z.object({
  role: z.enum(["system", "user", "assistant"]),
  content: z.array(chatPartSchema),
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;

export const chatSettingsSchema = z.object({
  sampling: samplingSchema.default({}),
  max_new_tokens: z.number().int().positive().optional(),
  stop: z.array(z.string().min(1).max(256)).max(16).default([]),
  add_vision_id: z.boolean().default(false),
  /** The last message is an answer that was cut off, and goes on. */
  continue_final_message: z.boolean().optional(),
});
export type ChatSettings = z.infer<typeof chatSettingsSchema>;

/** Chosen by the browser, so that it can ask for a run again after a lost connection. */
export const runIdSchema = z.uuid();

export const clientMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("generate"), run: runIdSchema, messages: z.array(chatMessageSchema).min(1), settings: chatSettingsSchema }),
  z.object({ type: z.literal("stop"), run: runIdSchema }),
  /** Send every event of the run after sequence number `after` again (0: all), then go on live. */
  z.object({ type: z.literal("resume"), run: runIdSchema, after: z.number().int().nonnegative() }),
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
  z.object({ type: z.literal("event"), run: runIdSchema, seq: z.number().int().positive(), event: generationEventSchema }),
  /** The server does not know this run (any more): it was restarted, or the run is long over. */
  z.object({ type: z.literal("unknown-run"), run: runIdSchema }),
  /** A message could not be used; `run` where it named one. */
  z.object({ type: z.literal("refused"), run: runIdSchema.optional(), error: wireErrorSchema }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;

/** The page's own: what the reader chose for one picture or clip; what is left out is the conversation's. */
export const mediaChoicesSchema = z.object({
  /** Of a clip: the part that is looked at, in seconds. */
  start: z.number().nonnegative().optional(),
  end: z.number().positive().optional(),
  /** Visual tokens of the picture, or of a frame. */
  tokens: z.object({ min: z.number().int().positive().optional(), max: z.number().int().positive().optional() }).optional(),
});
export type MediaChoices = z.infer<typeof mediaChoicesSchema>;

/** HTTP. POST /api/media (multipart, one file a request) answers this; GET /api/media/:id and /api/media/:id/poster give bytes. */
export const uploadedMediaSchema = z.object({
  id: mediaIdSchema,
  name: z.string(),
  bytes: z.number().int(),
  mime: z.string(),
  info: mediaInfoSchema,
  /** The page's own: a clip made of pictures, `fps` a second. `id` is then its first picture; there is no file of the whole. */
  frames: z.object({ media: z.array(mediaIdSchema).min(1), fps: z.number().positive() }).optional(),
  /** The page's own: what it was made from. */
  origin: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("page"), file: z.string(), page: z.number().int().positive() }),
      /** A part that was cut out of the picture of this name. */
      z.object({ kind: z.literal("part"), of: z.string() }),
      z.object({ kind: z.literal("address"), url: z.string() }),
    ])
    .optional(),
  choices: mediaChoicesSchema.optional(),
});
export type UploadedMedia = z.infer<typeof uploadedMediaSchema>;

/** POST /api/media/url, JSON: the server fetches a picture or clip. Errors before its first byte are answered as everywhere. */
export const fetchRequestSchema = z.object({ url: z.string().min(1).max(2048) });
/** The answer: one JSON a line, as long as the file arrives. Closing the connection stops it. */
export const fetchReportSchema = z.discriminatedUnion("type", [
  /** `total` where the other server says it. */
  z.object({ type: z.literal("progress"), bytes: z.number().int().nonnegative(), total: z.number().int().positive().optional() }),
  z.object({ type: z.literal("done"), media: uploadedMediaSchema }),
  z.object({ type: z.literal("failed"), error: z.lazy(() => httpErrorSchema.shape.error) }),
]);
export type FetchReport = z.infer<typeof fetchReportSchema>;

/** POST /api/tokens, JSON: how many tokens texts are in a message. */
export const tokensRequestSchema = z.object({ texts: z.array(z.string()).max(64) });
/** One count a text; null where the engine is elsewhere and cannot say, so that they are estimated. */
export const tokensReplySchema = z.object({ counts: z.array(z.number().int().nonnegative()).nullable() });
export type TokensReply = z.infer<typeof tokensReplySchema>;

/** GET /api/config: what the page needs to know before anything is sent. */
export const serverConfigSchema = z.object({
  status: engineStatusSchema,
  limits: z.object({
    imageBytes: z.number().int(),
    videoBytes: z.number().int(),
    mediaPerRequest: z.number().int(),
    /** Pixels that may be decoded for the media of a conversation. */
    mediaPixels: z.number().positive(),
    textCharacters: z.number().int(),
  }),
  /** Who is asking, where people log in; `name` is null for who came with a key. */
  account: z.object({ name: z.string().nullable() }).optional(),
  sharing: z
    .object({
      /** Whether conversations can be shared as pages for reading. */
      conversations: z.boolean(),
      /** Whether others can reach this page: GET /api/link says where. */
      addresses: z.boolean(),
    })
    .optional(),
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
    param: z.string().nullable(),
    params: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  }),
});
export type HttpError = z.infer<typeof httpErrorSchema>;
