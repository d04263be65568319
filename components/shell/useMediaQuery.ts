"use client";

import { useCallback, useSyncExternalStore } from "react";

/** A phone: the viewer is a sheet over the conversation. Tailwind's `max-md`. */
export const phone = "(width < 48rem)";
/** Too narrow for three zones: history is a drawer. Tailwind's `max-lg`. */
export const compact = "(width < 64rem)";

/** Whether the window matches; false while the page is rendered on the server. */
export function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (changed: () => void) => {
      const list = matchMedia(query);
      list.addEventListener("change", changed);
      return () => list.removeEventListener("change", changed);
    },
    [query],
  );
  return useSyncExternalStore(
    subscribe,
    () => matchMedia(query).matches,
    () => false,
  );
}
