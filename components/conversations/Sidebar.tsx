"use client";

import { Download, Search, SquarePen, Upload } from "lucide-react";
import { lazy, Suspense, useCallback, useRef, useState, type DragEvent, type KeyboardEvent } from "react";
import { useTranslations } from "use-intl";
import { useChat, useSessions } from "../chat/Sessions.tsx";
import { focusMessageBox } from "../composer/focusMessageBox.ts";
import { useServerConfig } from "../model/useServer.tsx";
import { useShortcut } from "../shell/Shortcuts.tsx";
import { historySearchId } from "./historySearch.ts";
import { ImportReports } from "./ImportReports.tsx";
import { useSearch } from "./useSearch.ts";
import { isConversationFile, useTransfer, type Transfer } from "./useTransfer.ts";

// A first visit has nothing to list.
const ConversationList = lazy(() => import("./ConversationList.tsx").then((module) => ({ default: module.ConversationList })));
const SearchHits = lazy(() => import("./SearchHits.tsx").then((module) => ({ default: module.SearchHits })));

/** All conversations. It fills its parent; `onNavigate` is told when one was opened. */
export function Sidebar({ onNavigate }: { onNavigate?: () => void }) {
  const t = useTranslations("conversations");
  const { chat } = useSessions();
  const [words, setWords] = useState("");
  const hits = useSearch(words);
  const transfer = useTransfer();
  const loaded = useChat((state) => state.loaded);
  const some = useChat((state) => [...state.conversations.values()].some(({ title }) => title !== ""));
  const search = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const drop = useFileDrop(transfer);
  const open = useCallback(
    (id: string, turn?: string) => {
      void chat.open(id, turn).then(() => {
        onNavigate?.();
        if (turn === undefined) focusMessageBox();
      });
    },
    [chat, onNavigate],
  );
  useShortcut("search", () => search.current?.focus());
  return (
    <div {...drop.handlers} className="relative flex h-full min-h-0 grow flex-col" onKeyDown={(event) => moveFocus(event, list.current)}>
      <div className="grid gap-2 px-3 pb-3">
        <button
          type="button"
          onClick={() => {
            chat.create();
            onNavigate?.();
            focusMessageBox();
          }}
          className="flex min-h-11 items-center gap-2.5 rounded-xl border border-line bg-surface px-3 text-sm font-medium transition-colors hover:border-accent hover:bg-accent-soft md:min-h-9"
        >
          <SquarePen aria-hidden className="size-4 text-muted" />
          {t("create")}
        </button>
        <label className="relative block">
          <Search aria-hidden className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted" />
          <input
            ref={search}
            id={historySearchId}
            type="search"
            value={words}
            aria-label={t("search")}
            placeholder={t("search")}
            onChange={(event) => setWords(event.target.value)}
            className="min-h-11 w-full rounded-xl border border-line bg-surface pr-2 pl-9 text-sm placeholder:text-muted md:min-h-9"
          />
        </label>
        <ImportReports reports={transfer.reports} onDismiss={transfer.dismiss} />
      </div>
      <div ref={list} className="min-h-0 grow overflow-y-auto overscroll-contain px-2 pb-2">
        <Suspense>
          {hits && <SearchHits hits={hits} onOpen={open} />}
          {!hits && some && <ConversationList transfer={transfer} onOpen={open} />}
        </Suspense>
        {!hits && !some && loaded && <p className="px-3 py-2 text-sm text-muted">{t("empty")}</p>}
      </div>
      <Files transfer={transfer} some={some} />
      {drop.active && (
        <p className="pointer-events-none absolute inset-2 z-10 grid place-items-center rounded-2xl border-2 border-dashed border-accent bg-canvas/90 p-4 text-center text-sm font-medium">{t("drop")}</p>
      )}
    </div>
  );
}

function Files({ transfer, some }: { transfer: Transfer; some: boolean }) {
  const t = useTranslations("conversations");
  const stored = useChat((state) => state.stored);
  const input = useRef<HTMLInputElement>(null);
  const look = "flex min-h-11 grow basis-0 items-center justify-center gap-2 rounded-xl px-2 text-xs font-medium text-muted hover:bg-sunken hover:text-ink disabled:opacity-40 md:min-h-9";
  return (
    <div className="border-t border-line px-2 py-1.5">
      {!stored && <p className="px-1 py-1.5 text-xs text-danger">{t("notStored")}</p>}
      <div className="flex gap-1">
        <input
          ref={input}
          type="file"
          hidden
          multiple
          accept=".json,.md,.markdown,application/json,text/markdown"
          data-testid="import"
          onChange={(event) => {
            void transfer.importFiles([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
        <button type="button" onClick={() => input.current?.click()} className={look}>
          <Upload aria-hidden className="size-4" /> {t("import")}
        </button>
        <button type="button" disabled={!some} onClick={() => void transfer.exportJson()} className={look}>
          <Download aria-hidden className="size-4" /> {t("exportAll")}
        </button>
      </div>
    </div>
  );
}

/** Files that are dropped here are conversations; what else is dropped goes where it would go elsewhere. */
function useFileDrop(transfer: Transfer) {
  const { draft } = useSessions();
  const limits = useServerConfig()?.limits;
  const [active, setActive] = useState(false);
  const bringsFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  const over = (event: DragEvent) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    setActive(true);
  };
  const handlers = {
    onDragEnter: over,
    onDragOver: over,
    onDragLeave: (event: DragEvent<HTMLElement>) => {
      event.stopPropagation();
      const to = event.relatedTarget;
      if (!(to instanceof Node && event.currentTarget.contains(to))) setActive(false);
    },
    onDrop: (event: DragEvent) => {
      if (!bringsFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      setActive(false);
      const files = [...event.dataTransfer.files];
      const conversations = files.filter(isConversationFile);
      const others = files.filter((file) => !isConversationFile(file));
      if (conversations.length > 0) void transfer.importFiles(conversations);
      if (others.length > 0) draft.take(others, limits);
    },
  };
  return { active, handlers };
}

/** The arrow keys go from row to row, wherever they are grouped. */
function moveFocus(event: KeyboardEvent, list: HTMLElement | null): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : undefined;
  const { target } = event;
  if (!list || step === undefined || event.nativeEvent.isComposing || !(target instanceof HTMLElement) || target.closest("dialog, form")) return;
  const rows = [...list.querySelectorAll<HTMLElement>("[data-conversation]")];
  const row = target.closest("li")?.querySelector<HTMLElement>("[data-conversation]");
  const next = rows[row ? rows.indexOf(row) + step : step > 0 ? 0 : -1];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
