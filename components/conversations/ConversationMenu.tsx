"use client";

import { Ellipsis, FileJson, FileText, Pencil, Pin, PinOff, Share2, Trash2, type LucideIcon } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import { useSessions } from "../chat/Sessions.tsx";
import { useServerConfig } from "../model/useServer.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import type { Conversation } from "./conversation.ts";
import type { Transfer } from "./useTransfer.ts";

export interface ConversationMenuProps {
  conversation: Conversation;
  transfer: Transfer;
  onRename: () => void;
  tabIndex: number;
}

const ShareConversationDialog = lazy(() => import("../share/ShareConversationDialog.tsx").then((module) => ({ default: module.ShareConversationDialog })));

const width = 224;

/** What can be done with a conversation, beside its row. */
export function ConversationMenu({ conversation, transfer, onRename, tabIndex }: ConversationMenuProps) {
  const t = useTranslations("conversations");
  const { chat } = useSessions();
  const [place, setPlace] = useState<{ left: number; top?: number; bottom?: number }>();
  const [shared, setShared] = useState(false);
  const sharing = useServerConfig()?.sharing?.conversations === true;
  const { id, title, pinned } = conversation;
  const entries: { name: "rename" | "pin" | "unpin" | "share" | "exportJson" | "exportMarkdown" | "delete"; icon: LucideIcon; choose: () => void }[] = [
    { name: "rename", icon: Pencil, choose: onRename },
    { name: pinned ? "unpin" : "pin", icon: pinned ? PinOff : Pin, choose: () => chat.pin(id, !pinned) },
    ...(sharing ? [{ name: "share" as const, icon: Share2, choose: () => setShared(true) }] : []),
    { name: "exportMarkdown", icon: FileText, choose: () => void transfer.exportMarkdown(id) },
    { name: "exportJson", icon: FileJson, choose: () => void transfer.exportJson([id]) },
    { name: "delete", icon: Trash2, choose: () => void chat.removeConversation(id) },
  ];
  return (
    <>
      <IconButton
        label={t("more", { title })}
        aria-haspopup="dialog"
        aria-expanded={place !== undefined}
        tabIndex={tabIndex}
        onClick={({ currentTarget }) => {
          const { left, top, bottom } = currentTarget.getBoundingClientRect();
          const edge = Math.max(8, Math.min(left, innerWidth - width - 8));
          setPlace(bottom > innerHeight * 0.6 ? { left: edge, bottom: innerHeight - top + 4 } : { left: edge, top: bottom + 4 });
        }}
        className="md:size-8! [@media(hover:hover)]:absolute [@media(hover:hover)]:right-1 [@media(hover:hover)]:opacity-0 [@media(hover:hover)]:group-focus-within/row:opacity-100 [@media(hover:hover)]:group-hover/row:opacity-100 aria-expanded:opacity-100"
      >
        <Ellipsis aria-hidden />
      </IconButton>
      {place && (
        <Dialog
          label={t("more", { title })}
          onClose={() => setPlace(undefined)}
          className="m-0 w-56 animate-appear rounded-2xl border border-line bg-surface p-1.5 text-ink shadow-xl backdrop:bg-transparent"
          style={{ top: "auto", bottom: "auto", ...place }}
        >
          <ul>
            {entries.map(({ name, icon: Icon, choose }) => (
              <li key={name}>
                <button
                  type="button"
                  onClick={() => {
                    setPlace(undefined);
                    choose();
                  }}
                  className="flex min-h-11 w-full items-center gap-3 rounded-xl px-3 text-left text-sm hover:bg-sunken focus-visible:-outline-offset-2 md:min-h-9"
                >
                  <Icon aria-hidden className="size-4 shrink-0 text-muted" />
                  {t(name)}
                </button>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
      {shared && (
        <Suspense>
          <ShareConversationDialog conversation={id} onClose={() => setShared(false)} />
        </Suspense>
      )}
    </>
  );
}
