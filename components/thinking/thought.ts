import * as z from "zod/mini";
import { splitThinking } from "./splitThinking.ts";

/** How long a model thought before and between what it said: kept with its answer, so that it survives a reload. */
export const thoughtSchema = z.object({
  /** The prompt ended with an opening tag: the answer begins within a block. */
  prompted: z.boolean(),
  /** Milliseconds and tokens of the blocks that are closed. */
  ms: z.number().check(z.nonnegative()),
  tokens: z.int().check(z.nonnegative()),
  /** Of the block that is open: when it began (epoch, ms) and at which token of the run. */
  open: z.optional(z.object({ since: z.number(), tokens: z.int().check(z.nonnegative()) })),
});
export type Thought = z.infer<typeof thoughtSchema>;

interface Measured {
  text: string;
  /** Of the run. */
  tokens: number;
  thought?: Thought | undefined;
}

interface Arrived {
  /** When (epoch, ms). */
  at: number;
  /** What was added to the text, with the token at which each piece ended. */
  pieces: readonly { delta: string; tokens: number }[];
  /** No more will follow. */
  ended: boolean;
  /** The chat template ends the prompt with an opening tag. */
  thinkingModel: boolean;
}

/** What is known of an answer's thinking after text has arrived; `before` and `after` are the answer then and now. */
export function measureThought(before: Measured, after: Measured, { at, pieces, ended, thinkingModel }: Arrived): Thought | undefined {
  const former = before.text === "" ? undefined : before.thought;
  if (after.text === "") return undefined;
  const prompted = former?.prompted ?? (before.text === "" && thinkingModel);
  const { thinking, open } = splitThinking(after.text, { thinkingModel: prompted });
  if (!former && !open && thinking === "") return undefined;
  const known: Thought = former ?? { prompted, ms: 0, tokens: 0 };
  if (open && !ended) return known.open ? known : { ...known, open: { since: at, tokens: before.tokens } };
  // A block that was opened and closed between two looks has a size, but no duration that was measured.
  const opened = known.open ?? (former ? undefined : { since: at, tokens: 0 });
  if (!opened) return known;
  const tokens = open ? after.tokens : tokenOfClosing(before, after, pieces);
  return { prompted, ms: known.ms + Math.max(0, at - opened.since), tokens: known.tokens + Math.max(0, tokens - opened.tokens) };
}

/** The token at which the last closing tag was complete. */
function tokenOfClosing(before: Measured, after: Measured, pieces: Arrived["pieces"]): number {
  const end = after.text.lastIndexOf("</think>") + "</think>".length;
  let length = before.text.length;
  for (const { delta, tokens } of pieces) {
    length += delta.length;
    if (length >= end) return tokens;
  }
  return after.tokens;
}
