import type { Conversation } from "./conversation.ts";

export type Group = "pinned" | "today" | "yesterday" | "earlier";

export interface ConversationGroup {
  group: Group;
  conversations: readonly Conversation[];
}

const groups: readonly Group[] = ["pinned", "today", "yesterday", "earlier"];

/** What is listed: conversations in which something was said, the latest first, by the days of the reader's clock; today began at `midnight` (epoch, ms). */
export function groupConversations(conversations: Iterable<Conversation>, midnight: number): ConversationGroup[] {
  // Not 24 hours: a day may be longer or shorter.
  const dayBefore = new Date(midnight - 1).setHours(0, 0, 0, 0);
  const groupOf = ({ pinned, updated }: Conversation): Group => (pinned ? "pinned" : updated >= midnight ? "today" : updated >= dayBefore ? "yesterday" : "earlier");
  const listed = latestFirst(conversations);
  return groups.map((group) => ({ group, conversations: listed.filter((conversation) => groupOf(conversation) === group) })).filter((it) => it.conversations.length > 0);
}

export function latestFirst(conversations: Iterable<Conversation>): Conversation[] {
  return [...conversations].filter(({ title }) => title !== "").sort((a, b) => b.updated - a.updated);
}
