"use client";

import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { remember } from "../ui/cookie.ts";
import { Store } from "../ui/store.ts";
import { colorFrame, parseTheme, themeCookie, type Theme } from "./theme.ts";

const createStore = () => new Store<Theme, Theme>("system", (_, next) => next);
const Context = createContext<Store<Theme, Theme> | undefined>(undefined);

/** The colours themselves are CSS (`color-scheme`); this only names the choice on the root element and remembers it. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const [store] = useState(createStore);
  useEffect(() => colorFrame(chosenTheme()), []);
  return <Context value={store}>{children}</Context>;
}

export interface ThemeChoice {
  theme: Theme;
  setTheme: (theme: Theme) => void;
}

export function useTheme(): ThemeChoice {
  const store = useContext(Context);
  if (!store) throw new Error("useTheme outside of ThemeProvider");
  const theme = useSyncExternalStore(
    store.subscribe,
    chosenTheme,
    () => "system" as const,
  );
  const setTheme = (next: Theme) => {
    remember(themeCookie, next);
    document.documentElement.dataset.theme = next;
    colorFrame(next);
    store.dispatch(next);
  };
  return { theme, setTheme };
}

/** The root element holds the choice: beforeFirstPaint.ts has put it there. */
function chosenTheme(): Theme {
  return parseTheme(document.documentElement.dataset.theme);
}
