"use client";

import clsx from "clsx";
import { Pin } from "lucide-react";
import { memo, useState } from "react";
import { useTranslations } from "use-intl";
import { useChat, useSessions } from "../chat/Sessions.tsx";
import type { Conversation } from "./conversation.ts";
import { ConversationMenu } from "./ConversationMenu.tsx";
import type { Transfer } from "./useTransfer.ts";

export interface ConversationRowProps {
  conversation: Conversation;
  /** Whether Tab reaches it; the arrow keys reach all. */
  reachable: boolean;
  transfer: Transfer;
  onOpen: (id: string) => void;
}

export const ConversationRow = memo(function ConversationRow({ conversation, reachable, transfer, onOpen }: ConversationRowProps) {
  const t = useTranslations("conversations");
  const { id, title, pinned } = conversation;
  const shown = useChat((state) => state.current === id);
  const running = useChat((state) => state.running.has(id));
  const [renaming, setRenaming] = useState(false);
  if (renaming) return <Rename conversation={conversation} onClose={() => setRenaming(false)} />;
  return (
    <li className={clsx("group/row relative flex items-center rounded-xl [@media(hover:none)]:pr-1", shown ? "bg-accent-soft" : "hover:bg-sunken")}>
      <button
        type="button"
        data-conversation
        tabIndex={reachable ? 0 : -1}
        aria-current={shown ? "page" : undefined}
        onClick={() => onOpen(id)}
        className="flex min-h-11 min-w-0 grow items-center gap-2 rounded-xl px-3 text-left text-sm focus-visible:-outline-offset-2 md:min-h-9 [@media(hover:hover)]:group-focus-within/row:pr-10 [@media(hover:hover)]:group-hover/row:pr-10"
      >
        {running && (
          <span className="shrink-0" title={t("running")}>
            <span aria-hidden className="block size-2 animate-breathe rounded-full bg-accent" />
            <span className="sr-only">{t("running")}</span>
          </span>
        )}
        <span className="truncate" title={title}>
          {title}
        </span>
        {pinned && <Pin aria-label={t("pinned")} className="ml-auto size-3.5 shrink-0 text-muted" />}
      </button>
      <ConversationMenu conversation={conversation} transfer={transfer} onRename={() => setRenaming(true)} tabIndex={reachable ? 0 : -1} />
    </li>
  );
});

function Rename({ conversation: { id, title }, onClose }: { conversation: Conversation; onClose: () => void }) {
  const t = useTranslations("conversations");
  const { chat } = useSessions();
  const [words, setWords] = useState(title);
  const save = () => {
    chat.rename(id, words);
    onClose();
  };
  return (
    <li>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <input
          // The reader has just asked for it.
          ref={(input) => input?.focus()}
          value={words}
          aria-label={t("titleLabel")}
          maxLength={200}
          onChange={(event) => setWords(event.target.value)}
          onFocus={(event) => event.target.select()}
          onBlur={save}
          onKeyDown={(event) => {
            if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
            event.preventDefault();
            event.stopPropagation();
            onClose();
          }}
          className="min-h-11 w-full rounded-xl border border-accent bg-surface px-3 text-sm md:min-h-9"
        />
      </form>
    </li>
  );
}
