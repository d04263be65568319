import { z } from "zod";
import { samplingSchema } from "../../inference/conversation.ts";

/** How a conversation is asked: kept with the conversation; what is left out is the default of the reader or of the checkpoint. */
export const conversationSettingsSchema = z.object({
  systemPrompt: z.string().default(""),
  sampling: samplingSchema.default({}),
  maxNewTokens: z.number().int().positive().optional(),
  stop: z.array(z.string().min(1).max(256)).max(16).default([]),
  /** Visual tokens of one picture, of 32×32 pixels each. */
  pictureTokens: z.object({ min: z.number().int().positive().optional(), max: z.number().int().positive().optional() }).default({}),
  clip: z
    .object({
      fps: z.number().positive().optional(),
      frames: z.number().int().positive().optional(),
      maxFrames: z.number().int().positive().optional(),
      tokensPerFrame: z.number().int().positive().optional(),
      totalTokens: z.number().int().positive().optional(),
    })
    .default({}),
  /** What the model may ask the page to do. */
  tools: z.object({ /** Cut a region out of a picture and show it enlarged. */ zoom: z.boolean().default(false) }).prefault({}),
  /** "Picture 1: " before each medium; undefined: from two media on. */
  addVisionId: z.boolean().optional(),
});
export type ConversationSettings = z.infer<typeof conversationSettingsSchema>;

export const defaultSettings: ConversationSettings = conversationSettingsSchema.parse({});
