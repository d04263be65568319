import * as z from "zod/mini";
import { wireErrorSchema, type WireError } from "../../inference/errors.ts";
import { finishReasonSchema, phaseSchema, timingsSchema, usageSchema } from "../../inference/events.ts";
import { runIdSchema, uploadedMediaSchema, type UploadedMedia } from "../../server/protocol.ts";
import { toolTurnSchema, type ToolTurn } from "../agents/toolTurn.ts";
import { attachedTextSchema, type AttachedText } from "../media/attachedText.ts";
import { thoughtSchema } from "../thinking/thought.ts";
import { randomId } from "../ui/randomId.ts";

/** The turns of a conversation. The schemas are what is read back from the browser's database and from files. */

const placeShape = {
  id: z.string().check(z.minLength(1)),
  /** The turn that it follows, or the conversation for a first one. Turns with the same parent are branches of each other. */
  parent: z.string().check(z.minLength(1)),
  /** Epoch, ms. */
  created: z.number().check(z.nonnegative()),
};

export const userTurnSchema = z.object({
  ...placeShape,
  role: z.literal("user"),
  text: z.string(),
  media: z.array(uploadedMediaSchema),
  /** Long texts that were attached; the model reads them before `text`. */
  texts: z.optional(z.array(attachedTextSchema)),
  /** Where the page wrote it: what a tool gave back to the model. */
  tool: z.optional(toolTurnSchema),
});
export type UserTurn = z.infer<typeof userTurnSchema>;

const answerStateSchema = z.discriminatedUnion("name", [
  /** Nothing was heard of it yet. */
  z.object({ name: z.literal("waiting") }),
  z.object({ name: z.literal("working"), phase: phaseSchema }),
  /** `since` and `sinceTokens`: when (epoch, ms) and at how many tokens the rate began to be measured. */
  z.object({ name: z.literal("writing"), since: z.number(), sinceTokens: z.number(), rate: z.number() }),
  z.object({ name: z.literal("finished"), reason: finishReasonSchema, usage: usageSchema, timings: timingsSchema, damaged: z.optional(z.array(z.string())) }),
  z.object({ name: z.literal("failed"), error: wireErrorSchema }),
  /** The server does not know the run any more. */
  z.object({ name: z.literal("interrupted") }),
  /** The reader has changed its text. */
  z.object({ name: z.literal("edited") }),
]);
export type AnswerState = z.infer<typeof answerStateSchema>;

const ratingSchema = z.enum(["up", "down"]);
export type Rating = z.infer<typeof ratingSchema>;

export const assistantTurnSchema = z.object({
  ...placeShape,
  role: z.literal("assistant"),
  /** The run that makes this answer, or the last one that went on with it. */
  run: runIdSchema,
  text: z.string(),
  /** How many characters of `text` were there before this run, which went on with them. */
  continued: z.int().check(z.nonnegative()),
  /** Of this run. */
  tokens: z.int().check(z.nonnegative()),
  /** The last event that is part of `text`; a resumed run goes on after it. */
  seq: z.int().check(z.nonnegative()),
  stopping: z.boolean(),
  /** What the reader thinks of it; it stays in this browser. */
  rating: z.optional(ratingSchema),
  /** How long it thought, where it did. */
  thought: z.optional(thoughtSchema),
  state: answerStateSchema,
});
export type AssistantTurn = z.infer<typeof assistantTurnSchema>;

export const turnSchema = z.discriminatedUnion("role", [userTurnSchema, assistantTurnSchema]);
export type Turn = z.infer<typeof turnSchema>;

/** Where a turn stands. */
export type TurnPlace = Pick<Turn, "parent" | "created">;

/** What a reader writes: the text, and what is attached to it. */
export interface QuestionContent {
  text: string;
  media: readonly UploadedMedia[];
  texts?: readonly AttachedText[] | undefined;
  tool?: ToolTurn | undefined;
}

export function newQuestion({ parent, created }: TurnPlace, content: QuestionContent): UserTurn {
  const { text, media, texts = [], tool } = content;
  const base = { role: "user" as const, id: randomId(), parent, created, text, media: [...media] };
  return { ...base, ...(texts.length > 0 && { texts: [...texts] }), ...(tool && { tool }) };
}

export function newAnswer({ parent, created }: TurnPlace, run: string): AssistantTurn {
  return { role: "assistant", id: run, parent, created, run, text: "", continued: 0, tokens: 0, seq: 0, stopping: false, state: { name: "waiting" } };
}

export function isRunning(turn: AssistantTurn): boolean {
  switch (turn.state.name) {
    case "waiting":
    case "working":
    case "writing":
      return true;
    case "finished":
    case "failed":
    case "interrupted":
    case "edited":
      return false;
  }
}

/** Whether there is more that the model could write: what ended by itself is complete. */
export function canContinue(turn: AssistantTurn): boolean {
  if (turn.text === "" || isRunning(turn)) return false;
  if (turn.state.name !== "finished") return true;
  const { reason } = turn.state;
  return reason === "length" || reason === "abort";
}

/** The answer that is being made among these turns; in one branch there is at most one. */
export function runningAnswer(turns: Iterable<Turn>): AssistantTurn | undefined {
  for (const turn of turns) if (turn.role === "assistant" && isRunning(turn)) return turn;
  return undefined;
}

/** The same in the branch that is shown, where it is most often the last turn. */
export function isAnswering(turns: readonly Turn[]): boolean {
  return turns.findLast((turn) => turn.role === "assistant" && isRunning(turn)) !== undefined;
}

export function failed(error: WireError): AnswerState {
  return { name: "failed", error };
}
