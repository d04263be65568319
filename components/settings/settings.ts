import * as z from "zod/mini";
import { samplingSchema } from "../../inference/conversation.ts";

const count = z.int().check(z.positive());

/** How a conversation is asked: kept with the conversation; what is left out is the default of the reader or of the checkpoint. */
export const conversationSettingsSchema = z.object({
  systemPrompt: z._default(z.string(), ""),
  sampling: z._default(samplingSchema, {}),
  maxNewTokens: z.optional(count),
  stop: z._default(z.array(z.string().check(z.minLength(1), z.maxLength(256))).check(z.maxLength(16)), []),
  /** Visual tokens of one picture, of 32×32 pixels each. */
  pictureTokens: z._default(z.object({ min: z.optional(count), max: z.optional(count) }), {}),
  clip: z._default(
    z.object({
      fps: z.optional(z.number().check(z.positive())),
      frames: z.optional(count),
      maxFrames: z.optional(count),
      tokensPerFrame: z.optional(count),
      totalTokens: z.optional(count),
    }),
    {},
  ),
  /** What the model may ask the page to do. */
  tools: z.prefault(z.object({ /** Cut a region out of a picture and show it enlarged. */ zoom: z._default(z.boolean(), false) }), {}),
  /** "Picture 1: " before each medium; undefined: from two media on. */
  addVisionId: z.optional(z.boolean()),
});
export type ConversationSettings = z.infer<typeof conversationSettingsSchema>;

export const defaultSettings: ConversationSettings = conversationSettingsSchema.parse({});
