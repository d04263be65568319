import * as z from "zod/mini";
import type { Turn } from "../chat/turns.ts";
import { conversationSettingsSchema, defaultSettings, type ConversationSettings } from "../settings/settings.ts";

/** What is kept of a conversation beside its turns. */
export const conversationSchema = z.object({
  id: z.string().check(z.minLength(1)),
  /** "" until something was said. */
  title: z.string(),
  pinned: z.boolean(),
  /** Epoch, ms. */
  created: z.number().check(z.nonnegative()),
  /** When something was last asked or changed. */
  updated: z.number().check(z.nonnegative()),
  settings: z.catch(conversationSettingsSchema, defaultSettings),
  /** For each turn, and for the conversation itself, which of those that follow it is shown. */
  chosen: z.record(z.string(), z.string()),
});
export type Conversation = z.infer<typeof conversationSchema>;

export function newConversation(id: string, at: number, settings: ConversationSettings = defaultSettings): Conversation {
  return { id, title: "", pinned: false, created: at, updated: at, settings, chosen: {} };
}

/** Whether it is more than an empty page. */
export function isWorthKeeping(conversation: Conversation): boolean {
  return conversation.title !== "" || conversation.updated !== conversation.created;
}

const longestTitle = 60;

/** The first words of what was asked, or the name of what was shown; undefined where there is neither. */
export function titleOf(turns: Iterable<Turn>): string | undefined {
  for (const turn of turns) {
    const words = turn.text.trim().replaceAll(/\s+/g, " ");
    if (words !== "") return shorten(words);
    const name = turn.role === "user" ? turn.media[0]?.name : undefined;
    if (name) return shorten(name);
  }
  return undefined;
}

/** Cut between words where that is possible, never within a character. */
export function shorten(words: string): string {
  if (words.length <= longestTitle) return words;
  // A character may be long, and the words longer than anyone should look at.
  const beginning = words.slice(0, 16 * longestTitle);
  const characters = Array.from(new Intl.Segmenter().segment(beginning), ({ segment }) => segment);
  if (characters.length <= longestTitle && beginning === words) return words;
  const cut = characters.slice(0, longestTitle).join("");
  const space = cut.lastIndexOf(" ");
  return `${space > longestTitle / 2 ? cut.slice(0, space) : cut}…`;
}
