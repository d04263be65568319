"use client";

import { Film } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { useSessions } from "../chat/Sessions.tsx";
import { AttachmentCard } from "./AttachmentCard.tsx";
import type { Attachment } from "./draft.ts";
import { focusMessageBox } from "./focusMessageBox.ts";
import { useReorder } from "./useReorder.ts";

export interface AttachmentListProps {
  attachments: readonly Attachment[];
  onReplace: (key: string) => void;
  /** Pictures (keys) are to become one clip. */
  onMerge: (keys: readonly string[]) => void;
}

/** The attachments in the order in which the model sees them; dragged or moved by arrow keys. */
export function AttachmentList({ attachments, onReplace, onMerge }: AttachmentListProps) {
  const t = useTranslations("composer");
  const input = useTranslations("input");
  const { draft } = useSessions();
  const list = useRef<HTMLUListElement>(null);
  const [news, setNews] = useState("");
  const reorder = useReorder(list, (key, index) => {
    const moved = attachments.find((it) => it.key === key);
    if (!moved || index < 0 || index >= attachments.length) return;
    draft.store.dispatch({ type: "moved", key, index });
    setNews(input("moved", { name: moved.name, number: index + 1, count: attachments.length }));
  });
  const pictures = attachments.filter((it) => it.state === "ready" && it.media.info.kind === "image");
  return (
    <>
      <ul ref={list} aria-label={t("attachments")} className="grid max-h-[35dvh] grid-cols-[repeat(auto-fill,minmax(min(18rem,100%),1fr))] gap-2 overflow-y-auto p-1 pb-2">
        {attachments.map((attachment, index) => (
          <AttachmentCard
            key={attachment.key}
            attachment={attachment}
            number={index + 1}
            count={attachments.length}
            dragged={reorder.dragged === attachment.key}
            handle={reorder.handleOf(attachment.key, index)}
            onReplace={() => onReplace(attachment.key)}
            onRemove={() => {
              draft.remove(attachment.key);
              focusMessageBox();
            }}
            onRetry={() => draft.retry(attachment.key)}
            onUnfold={() => {
              draft.store.dispatch({ type: "text-unfolded", key: attachment.key });
              focusMessageBox();
            }}
          />
        ))}
      </ul>
      <p role="status" className="sr-only">
        {news}
      </p>
      {pictures.length > 1 && pictures.length === attachments.filter(({ state }) => state !== "text").length && (
        <button
          type="button"
          onClick={() => onMerge(pictures.map(({ key }) => key))}
          className="mb-1 ml-1 inline-flex min-h-11 items-center gap-1.5 rounded-full px-3 text-sm text-muted hover:bg-sunken hover:text-ink md:min-h-8"
        >
          <Film aria-hidden className="size-4" /> {input("mergeOffer")}
        </button>
      )}
    </>
  );
}
