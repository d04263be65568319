"use client";

import { useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { useChat } from "../chat/Sessions.tsx";
import { ConversationRow } from "./ConversationRow.tsx";
import { groupConversations, type ConversationGroup } from "./grouping.ts";
import { useMidnight } from "./useMidnight.ts";
import type { Transfer } from "./useTransfer.ts";

/** Rows at first, and more at each wish: hundreds of conversations must not slow the page down. */
const page = 100;

/** The conversations in which something was said, by their days. */
export function ConversationList({ transfer, onOpen }: { transfer: Transfer; onOpen: (id: string) => void }) {
  const t = useTranslations("conversations");
  const conversations = useChat((state) => state.conversations);
  const current = useChat((state) => state.current);
  const [count, setCount] = useState(page);
  const midnight = useMidnight();
  const groups = useMemo(() => groupConversations(conversations.values(), midnight), [conversations, midnight]);
  const total = groups.reduce((sum, group) => sum + group.conversations.length, 0);
  const reachable = conversations.get(current)?.title ? current : groups[0]?.conversations[0]?.id;
  return (
    <>
      {firstOf(groups, count).map(({ group, conversations: members }) => (
        <section key={group} aria-label={t(group)} className="pb-3">
          <h2 className="px-3 py-1.5 text-xs font-medium text-muted">{t(group)}</h2>
          <ul>
            {members.map((conversation) => (
              <ConversationRow key={conversation.id} conversation={conversation} reachable={conversation.id === reachable} transfer={transfer} onOpen={onOpen} />
            ))}
          </ul>
        </section>
      ))}
      {total > count && (
        <button type="button" onClick={() => setCount(count + page)} className="min-h-11 w-full rounded-xl px-3 text-left text-sm text-muted hover:bg-sunken md:min-h-9">
          {t("showMore", { count: total - count })}
        </button>
      )}
    </>
  );
}

function firstOf(groups: readonly ConversationGroup[], count: number): ConversationGroup[] {
  let left = count;
  return groups.flatMap(({ group, conversations }) => {
    const members = conversations.slice(0, left);
    left -= members.length;
    return members.length > 0 ? [{ group, conversations: members }] : [];
  });
}
