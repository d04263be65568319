"use client";

import { useMediaQuery } from "../shell/useMediaQuery.ts";
import { useTheme } from "./ThemeProvider.tsx";

/** Whether the page is dark now, for what cannot follow its style sheet. */
export function useDark(): boolean {
  const { theme } = useTheme();
  const system = useMediaQuery("(prefers-color-scheme: dark)");
  return theme === "system" ? system : theme === "dark";
}
