"use client";

import { createContext, useCallback, useContext, useState, useSyncExternalStore, type ReactNode } from "react";
import { Store } from "../ui/store.ts";
import { createLayoutStore, initialLayout, reduceLayout, type Layout, type LayoutAction, type LayoutStore } from "./layout.ts";
import { compact, useMediaQuery } from "./useMediaQuery.ts";

const Context = createContext<LayoutStore | undefined>(undefined);

export function LayoutProvider({ children }: { children: ReactNode }) {
  const [store] = useState(() => (typeof document === "undefined" ? new Store(initialLayout, reduceLayout) : createLayoutStore(document.documentElement)));
  return <Context value={store}>{children}</Context>;
}

function useLayoutStore(): LayoutStore {
  const store = useContext(Context);
  if (!store) throw new Error("useLayout outside of LayoutProvider");
  return store;
}

/** A part of the layout; `select` must give the same object while nothing changed. */
export function useLayout<Value>(select: (layout: Layout) => Value): Value {
  const store = useLayoutStore();
  return useSyncExternalStore(
    store.subscribe,
    () => select(store.get()),
    () => select(initialLayout),
  );
}

export function useSetLayout(): (action: LayoutAction) => void {
  const store = useLayoutStore();
  return useCallback((action) => store.dispatch(action), [store]);
}

export interface HistoryZone {
  /** Whether it covers the page, for want of a place beside the conversation. */
  drawer: boolean;
  open: boolean;
  setOpen: (open: boolean) => void;
}

/** The history as it is on this screen: a zone that folds away, or a drawer. */
export function useHistoryZone(): HistoryZone {
  const drawer = useMediaQuery(compact);
  const open = useLayout((layout) => (drawer ? layout.drawer : layout.history));
  const set = useSetLayout();
  return { drawer, open, setOpen: (next) => set({ type: drawer ? "drawer" : "history", open: next }) };
}
