import { escapeRegExp } from "../../inference/text/escapeRegExp.ts";
import type { Turn } from "../chat/turns.ts";
import type { Conversation } from "./conversation.ts";

/** A conversation in which the words were found, and where. */
export interface Hit {
  conversation: Conversation;
  /** Where it is not in the title. */
  found: { turn: string; before: string; match: string; after: string } | undefined;
}

export interface SearchOptions {
  readTurns: (conversation: string) => Promise<readonly Turn[]>;
  signal: AbortSignal;
  /** Hits after which it ends. */
  limit?: number;
}

/** Characters that are shown around what was found. */
const around = { before: 24, after: 80 };

/** The conversations that have the words in their title or in a message of any branch, in the given order. @throws the signal's reason */
export async function searchConversations(words: string, conversations: readonly Conversation[], { readTurns, signal, limit = 50 }: SearchOptions): Promise<Hit[]> {
  const pattern = new RegExp(escapeRegExp(words.trim()).replaceAll(/\s+/g, "\\s+"), "iu");
  const hits: Hit[] = [];
  for (const conversation of conversations) {
    signal.throwIfAborted();
    if (pattern.test(conversation.title)) hits.push({ conversation, found: undefined });
    else {
      const found = findInTurns(await readTurns(conversation.id), pattern);
      if (found) hits.push({ conversation, found });
    }
    if (hits.length >= limit) break;
  }
  signal.throwIfAborted();
  return hits;
}

function findInTurns(turns: readonly Turn[], pattern: RegExp): Hit["found"] {
  for (const turn of turns) {
    for (const text of textsOf(turn)) {
      const found = pattern.exec(text);
      if (found) return { turn: turn.id, ...excerpt(text, found.index, found[0]) };
    }
  }
  return undefined;
}

function textsOf(turn: Turn): string[] {
  if (turn.role === "assistant") return [turn.text];
  return [turn.text, ...(turn.texts ?? []).map(({ text }) => text), ...turn.media.map(({ name }) => name)];
}

function excerpt(text: string, index: number, match: string) {
  const end = index + match.length;
  const from = Math.max(0, index - around.before);
  const to = Math.min(text.length, end + around.after);
  const line = (part: string) => part.replaceAll(/\s+/g, " ").toWellFormed();
  return { before: `${from > 0 ? "…" : ""}${line(text.slice(from, index))}`, match: line(match), after: `${line(text.slice(end, to))}${to < text.length ? "…" : ""}` };
}
