"use client";

import { Search } from "lucide-react";
import { useRef, useState, type KeyboardEvent } from "react";
import { useTranslations } from "use-intl";
import { useChat, useSessions } from "../chat/Sessions.tsx";
import { focusMessageBox } from "../composer/focusMessageBox.ts";
import { sends } from "../composer/keys.ts";
import { latestFirst } from "../conversations/grouping.ts";
import type { Hit } from "../conversations/search.ts";
import { SearchHits } from "../conversations/SearchHits.tsx";
import { useSearch } from "../conversations/useSearch.ts";
import { Dialog } from "../ui/Dialog.tsx";

/** As many of the latest conversations as are offered before anything is looked for. */
const offered = 8;

/** Finds a conversation by what was said in it, while the history is out of sight: arrow keys choose, Enter opens. */
export function SearchPalette({ onClose }: { onClose: () => void }) {
  const t = useTranslations("conversations");
  const { chat } = useSessions();
  const [words, setWords] = useState("");
  const found = useSearch(words);
  const conversations = useChat((state) => state.conversations);
  const list = useRef<HTMLDivElement>(null);
  const latest = latestFirst(conversations.values()).slice(0, offered);
  const hits: readonly Hit[] = found ?? latest.map((conversation) => ({ conversation, found: undefined }));

  const open = (id: string, turn?: string) => {
    onClose();
    void chat.open(id, turn).then(() => turn === undefined && focusMessageBox());
  };
  const onEnter = (event: KeyboardEvent) => {
    const first = hits[0];
    if (!first || !sends(event.nativeEvent)) return;
    event.preventDefault();
    open(first.conversation.id, first.found?.turn);
  };

  return (
    <Dialog
      label={t("search")}
      onClose={onClose}
      className="mx-auto mt-[12dvh] mb-auto w-[calc(100%-1.5rem)] max-w-xl animate-appear overflow-hidden rounded-2xl border border-line bg-surface text-ink shadow-2xl"
    >
      <div className="flex max-h-[70dvh] flex-col" onKeyDown={(event) => moveFocus(event, list.current)}>
        <label className="flex shrink-0 items-center gap-3 border-b border-line px-4">
          <Search aria-hidden className="size-4.5 shrink-0 text-muted" />
          <input
            type="search"
            value={words}
            aria-label={t("search")}
            placeholder={t("search")}
            autoComplete="off"
            onChange={(event) => setWords(event.target.value)}
            onKeyDown={onEnter}
            className="min-h-13 w-full bg-transparent text-base outline-none placeholder:text-muted"
          />
        </label>
        <div ref={list} className="min-h-0 overflow-y-auto p-2">
          {found || hits.length > 0 ? <SearchHits hits={hits} onOpen={open} /> : <p className="px-3 py-4 text-sm text-muted">{t("empty")}</p>}
        </div>
      </div>
    </Dialog>
  );
}

/** From the field to the first row, from row to row, and back. */
function moveFocus(event: KeyboardEvent<HTMLElement>, list: HTMLElement | null): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : undefined;
  if (step === undefined || !list || event.nativeEvent.isComposing) return;
  const field = event.currentTarget.querySelector<HTMLElement>("input");
  const stops = [...(field ? [field] : []), ...list.querySelectorAll<HTMLElement>("button")];
  const at = stops.findIndex((stop) => stop === document.activeElement);
  event.preventDefault();
  stops[(at + step + stops.length) % stops.length]?.focus();
}
