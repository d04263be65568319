"use client";

import { lazy, Suspense, useState, type ReactNode } from "react";
import { historySearchId } from "../conversations/historySearch.ts";
import { FocusProvider } from "../viewer/FocusProvider.tsx";
import { ViewerPanel } from "../viewer/ViewerPanel.tsx";
import { HelpProvider } from "./Help.tsx";
import { History } from "./History.tsx";
import { LayoutProvider, useHistoryZone } from "./LayoutProvider.tsx";
import { ShortcutsProvider, useShortcut } from "./Shortcuts.tsx";

const SearchPalette = lazy(() => import("./SearchPalette.tsx").then((module) => ({ default: module.SearchPalette })));

/** What the zones share: their arrangement, the keyboard, and what is in focus. */
export function ShellProvider({ children }: { children: ReactNode }) {
  return (
    <LayoutProvider>
      <ShortcutsProvider>
        <FocusProvider>
          <HelpProvider>{children}</HelpProvider>
        </FocusProvider>
      </ShortcutsProvider>
    </LayoutProvider>
  );
}

/** The three zones: history, conversation (the children), and the viewer while something is in focus. */
export function Shell({ children }: { children: ReactNode }) {
  const { drawer, open, setOpen } = useHistoryZone();
  const [searching, setSearching] = useState(false);
  useShortcut("toggleHistory", () => setOpen(!open));
  // The history has a field for it where it is to be seen.
  useShortcut("search", drawer || !open ? () => setSearching(true) : undefined);
  // The history answers it itself while it is there.
  useShortcut("search", open ? undefined : () => {
    setOpen(true);
    setTimeout(() => document.getElementById(historySearchId)?.focus());
  });
  return (
    <>
      <History />
      {searching && (
        <Suspense>
          <SearchPalette onClose={() => setSearching(false)} />
        </Suspense>
      )}
      <div className="flex min-w-0 grow basis-0">
        <div className="flex min-w-0 grow basis-0 flex-col">{children}</div>
        <ViewerPanel />
      </div>
    </>
  );
}
