import * as z from "zod/mini";
import { wireErrorSchema } from "../../inference/errors.ts";
import { finishReasonSchema, timingsSchema, usageSchema } from "../../inference/events.ts";
import { mediaIdSchema, uploadedMediaSchema } from "../protocol.ts";
import { linkFaultSchema } from "./linkFault.ts";

/** What page and server say to each other about the public link, and about conversations that are shared. */

export const linkStatusSchema = z.discriminatedUnion("state", [
  z.object({ state: z.literal("opening") }),
  z.object({ state: z.literal("open"), url: z.url() }),
  /** `retry`: when it is tried again by itself (epoch, ms). */
  z.object({ state: z.literal("failed"), code: linkFaultSchema, retry: z.number() }),
]);
export type LinkStatus = z.infer<typeof linkStatusSchema>;

/** GET /api/link: under which addresses others reach this page. POST /api/link/retry answers the same. */
export const addressesSchema = z.object({
  /** Undefined where no public link was asked for. */
  link: z.optional(linkStatusSchema),
  /** In the own network; empty for a server that listens on its own machine alone. */
  network: z.array(z.url()),
});
export type Addresses = z.infer<typeof addressesSchema>;

/** 128 random bits: who has it may see the conversation. */
export const shareIdSchema = z.string().check(z.regex(/^[0-9a-f]{32}$/));

const label = (characters: number) => z.string().check(z.maxLength(characters));

/** Of a medium what a reader of the conversation needs; not where it was fetched from. */
export const sharedMediumSchema = z.extend(z.pick(uploadedMediaSchema, { id: true, bytes: true, mime: true, info: true, choices: true }), {
  name: label(256),
  frames: z.optional(z.object({ media: z.array(mediaIdSchema).check(z.minLength(1), z.maxLength(768)), fps: z.number().check(z.positive()) })),
});
export type SharedMedium = z.infer<typeof sharedMediumSchema>;

const side = z.number();

export const sharedQuestionSchema = z.object({
  role: z.literal("user"),
  text: z.string(),
  media: z.array(sharedMediumSchema).check(z.maxLength(512)),
  texts: z.optional(z.array(z.object({ name: label(256), text: z.string() })).check(z.maxLength(64))),
  tool: z.optional(z.object({ name: z.literal("zoom"), label: label(1024), box: z.object({ x1: side, y1: side, x2: side, y2: side }), source: mediaIdSchema })),
});
export type SharedQuestion = z.infer<typeof sharedQuestionSchema>;

export const sharedAnswerSchema = z.object({
  role: z.literal("assistant"),
  text: z.string(),
  thought: z.optional(z.object({ prompted: z.boolean(), ms: z.number().check(z.nonnegative()), tokens: z.int().check(z.nonnegative()) })),
  state: z.discriminatedUnion("name", [
    z.object({ name: z.literal("finished"), reason: finishReasonSchema, usage: usageSchema, timings: timingsSchema, damaged: z.optional(z.array(mediaIdSchema).check(z.maxLength(512))) }),
    z.object({ name: z.literal("failed"), error: wireErrorSchema }),
    z.object({ name: z.literal("interrupted") }),
    z.object({ name: z.literal("edited") }),
  ]),
});
export type SharedAnswer = z.infer<typeof sharedAnswerSchema>;

/** The branch that was shown, from its first message to its last. */
const contentShape = {
  title: label(256),
  turns: z.array(z.discriminatedUnion("role", [sharedQuestionSchema, sharedAnswerSchema])).check(z.minLength(1), z.maxLength(1000)),
};

/** How long a share may live, in days; null for as long as it is not revoked. */
export const shareDays = [1, 7, 30, null] as const;

/** POST /api/shares. */
export const shareRequestSchema = z.object({ ...contentShape, days: z.union([z.literal(1), z.literal(7), z.literal(30), z.null()]) });
export type ShareRequest = z.infer<typeof shareRequestSchema>;

const timesShape = { created: z.number(), expires: z.nullable(z.number()) };

/** GET /api/shares/:id/conversation, for everybody who has the link. Times are epoch, ms. */
export const sharedConversationSchema = z.object({ ...contentShape, ...timesShape });
export type SharedConversation = z.infer<typeof sharedConversationSchema>;

/** What its owner is told of a share. */
export const shareSummarySchema = z.object({ id: shareIdSchema, title: z.string(), ...timesShape, messages: z.int(), media: z.int() });
export type ShareSummary = z.infer<typeof shareSummarySchema>;

/** GET /api/shares. */
export const shareListSchema = z.object({ shares: z.array(shareSummarySchema) });
