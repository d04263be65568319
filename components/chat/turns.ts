import { z } from "zod";
import { wireErrorSchema, type WireError } from "../../inference/errors.ts";
import { finishReasonSchema, phaseSchema, timingsSchema, usageSchema } from "../../inference/events.ts";
import { runIdSchema, uploadedMediaSchema, type ChatMessage, type ChatPart, type UploadedMedia } from "../../server/protocol.ts";

/** A conversation as the page keeps it: turns, one after the other. The schemas are what is read back from the browser's database. */

export const userTurnSchema = z.object({
  role: z.literal("user"),
  id: z.string(),
  text: z.string(),
  media: z.array(uploadedMediaSchema),
});
export type UserTurn = z.infer<typeof userTurnSchema>;

const answerStateSchema = z.discriminatedUnion("name", [
  /** Nothing was heard of it yet. */
  z.object({ name: z.literal("waiting") }),
  z.object({ name: z.literal("working"), phase: phaseSchema }),
  /** `since` and `sinceTokens`: when (epoch, ms) and at how many tokens the rate began to be measured. */
  z.object({ name: z.literal("writing"), since: z.number(), sinceTokens: z.number(), rate: z.number() }),
  z.object({ name: z.literal("finished"), reason: finishReasonSchema, usage: usageSchema, timings: timingsSchema }),
  z.object({ name: z.literal("failed"), error: wireErrorSchema }),
  /** The server does not know the run any more. */
  z.object({ name: z.literal("interrupted") }),
]);
export type AnswerState = z.infer<typeof answerStateSchema>;

export const assistantTurnSchema = z.object({
  role: z.literal("assistant"),
  /** The run that makes this answer. */
  id: runIdSchema,
  text: z.string(),
  tokens: z.number().int().nonnegative(),
  /** The last event that is part of `text`; a resumed run goes on after it. */
  seq: z.number().int().nonnegative(),
  stopping: z.boolean(),
  state: answerStateSchema,
});
export type AssistantTurn = z.infer<typeof assistantTurnSchema>;

export const turnSchema = z.discriminatedUnion("role", [userTurnSchema, assistantTurnSchema]);
export type Turn = z.infer<typeof turnSchema>;

export function newAnswer(run: string): AssistantTurn {
  return { role: "assistant", id: run, text: "", tokens: 0, seq: 0, stopping: false, state: { name: "waiting" } };
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
      return false;
  }
}

/** The answer that is being made; there is at most one. */
export function runningAnswer(turns: readonly Turn[]): AssistantTurn | undefined {
  return turns.find((turn): turn is AssistantTurn => turn.role === "assistant" && isRunning(turn));
}

export function failed(error: WireError): AnswerState {
  return { name: "failed", error };
}

/** The turns before `answer`, as the server takes them. Answers without a word (failed, stopped early) are left out. */
export function toChatMessages(turns: readonly Turn[], answer: string): ChatMessage[] {
  const end = turns.findIndex((turn) => turn.id === answer);
  return (end < 0 ? turns : turns.slice(0, end)).flatMap(toChatMessage);
}

function toChatMessage(turn: Turn): ChatMessage[] {
  if (turn.role === "assistant") return turn.text === "" ? [] : [{ role: "assistant", content: [{ type: "text", text: turn.text }] }];
  const text: ChatPart[] = turn.text === "" ? [] : [{ type: "text", text: turn.text }];
  return [{ role: "user", content: [...turn.media.map(toPart), ...text] }];
}

function toPart({ id, info }: UploadedMedia): ChatPart {
  switch (info.kind) {
    case "image":
      return { type: "image", media: id };
    case "video":
      return { type: "video", media: id };
  }
}
