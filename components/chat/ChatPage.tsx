"use client";

import "../jitless.ts";
import { ArrowDown } from "lucide-react";
import { useTranslations } from "use-intl";
import { Composer } from "../composer/Composer.tsx";
import { DropOverlay } from "../composer/DropOverlay.tsx";
import { focusMessageBox, messageBoxId } from "../composer/focusMessageBox.ts";
import { useFileEntry } from "../composer/useFileEntry.ts";
import { ServerProvider } from "../model/useServer.tsx";
import { StatusBar } from "../model/StatusBar.tsx";
import { Shell, ShellProvider } from "../shell/Shell.tsx";
import { useShortcut } from "../shell/Shortcuts.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { CopyLast } from "./CopyLast.tsx";
import { Conversation } from "./Conversation.tsx";
import { Header } from "./Header.tsx";
import { SessionsProvider, useChat } from "./Sessions.tsx";
import { Undo } from "./Undo.tsx";
import { useArrival } from "./useArrival.ts";
import { useStickToBottom } from "./useStickToBottom.ts";

/** The whole page: history, conversation with its composer, viewer. `embedded`: which model it may expect until the server has said which runs. */
export function ChatPage({ embedded }: { embedded: boolean }) {
  return (
    <ServerProvider>
      <SessionsProvider>
        <ShellProvider>
          <Page embedded={embedded} />
        </ShellProvider>
      </SessionsProvider>
    </ServerProvider>
  );
}

function Page({ embedded }: { embedded: boolean }) {
  const t = useTranslations("chat");
  const app = useTranslations("app");
  const begun = useChat((state) => state.turns.length > 0);
  const title = useChat((state) => state.conversations.get(state.current)?.title ?? "");
  const files = useFileEntry();
  const { scroller, content, atBottom, toBottom, release } = useStickToBottom(begun);
  useArrival({ toBottom, release });
  useShortcut("focusBox", focusMessageBox);
  return (
    <div {...files.root} tabIndex={-1} className="flex h-dvh bg-canvas text-ink outline-none">
      <a href={`#${messageBoxId}`} className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-30 focus:rounded-full focus:bg-surface focus:px-4 focus:py-2">
        {app("skip")}
      </a>
      <Shell>
        <Header />
        <main className="flex min-h-0 grow flex-col">
          {begun && <h1 className="sr-only">{title}</h1>}
          <StatusBar />
          <div ref={scroller} className="min-h-0 grow overflow-x-hidden overflow-y-auto overscroll-contain">
            <div ref={content} className="grid min-h-full grid-cols-[minmax(0,1fr)]">
              <Conversation embedded={embedded} />
            </div>
          </div>
          <div className="relative z-10 shrink-0 bg-canvas pt-1">
            <div className="absolute inset-x-0 bottom-full grid justify-items-center gap-2 pb-3">
              {!atBottom && begun && (
                <IconButton label={t("latest")} onClick={toBottom} className="animate-appear border border-line bg-surface shadow-md">
                  <ArrowDown aria-hidden />
                </IconButton>
              )}
              <Undo />
              <CopyLast />
            </div>
            <Composer input={files.input} onPick={files.open} onSent={toBottom} />
          </div>
        </main>
      </Shell>
      {files.dragging && <DropOverlay />}
    </div>
  );
}
