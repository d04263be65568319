import type { AgentAction } from "../results/types.ts";

/** Where an answer goes on behind the last of its steps, and what closes that. */
export function behindCalls(text: string, actions: readonly AgentAction[]): number {
  const end = Math.max(0, ...actions.map(({ range }) => range.end));
  const closing = /^\s*(?:[}\])]\s*)*(?:<\/tool_call>|`{3,})?\s*/.exec(text.slice(end, end + 200))?.[0] ?? "";
  return end + closing.length;
}
