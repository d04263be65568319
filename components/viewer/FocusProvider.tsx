"use client";

import { createContext, useCallback, useContext, useState, useSyncExternalStore, type ReactNode } from "react";
import type { Store } from "../ui/store.ts";
import { createFocusStore, noFocus, type FocusAction, type FocusState } from "./focus.ts";

const Context = createContext<Store<FocusState, FocusAction> | undefined>(undefined);

/** Owns what is in focus: the conversation, the viewer and the marks point at each other through it. */
export function FocusProvider({ children }: { children: ReactNode }) {
  const [store] = useState(createFocusStore);
  return <Context value={store}>{children}</Context>;
}

function useFocusStore(): Store<FocusState, FocusAction> {
  const store = useContext(Context);
  if (!store) throw new Error("useFocus outside of FocusProvider");
  return store;
}

/** A part of it; `select` must give the same object while nothing changed. */
export function useFocus<Value>(select: (state: FocusState) => Value): Value {
  const store = useFocusStore();
  return useSyncExternalStore(
    store.subscribe,
    () => select(store.get()),
    () => select(noFocus),
  );
}

export function useSetFocus(): (action: FocusAction) => void {
  const store = useFocusStore();
  return useCallback((action) => store.dispatch(action), [store]);
}
