"use client";

import { useEffect, useRef } from "react";
import { randomId } from "../ui/randomId.ts";

/** Marks an entry of the history whose cover has closed: the next one takes it over, or it is gone back from. */
const free = "free";
/** Long enough for a cover that opens in place of the one that closes (ms). */
const takeOver = 60;

/**
 * While the component is there, the browser's "back" closes it instead of leaving the page, as is expected on a phone of
 * everything that covers the page. Closed otherwise, it takes its entry out of the history again.
 */
export function useBackCloses(onClose: () => void): void {
  const latest = useRef(onClose);
  useEffect(() => {
    latest.current = onClose;
  });
  useEffect(() => {
    const own = randomId();
    // In a task of its own: an effect that is undone at once, as in development, leaves no trace.
    const begin = setTimeout(() => (entry() === free ? replaceEntry(own) : history.pushState(withEntry(own), "")));
    const onBack = () => {
      // Back to this entry, from one above it, is not away from it.
      if (entry() !== own) latest.current();
    };
    addEventListener("popstate", onBack);
    return () => {
      clearTimeout(begin);
      removeEventListener("popstate", onBack);
      if (entry() !== own) return;
      replaceEntry(free);
      setTimeout(() => entry() === free && history.back(), takeOver);
    };
  }, []);
}

/** Beside what Next.js keeps there. */
function withEntry(entry: string): object {
  const state: unknown = history.state;
  return { ...(typeof state === "object" ? state : null), entry };
}

function replaceEntry(entry: string): void {
  history.replaceState(withEntry(entry), "");
}

function entry(): string | undefined {
  const state: unknown = history.state;
  return typeof state === "object" && state !== null && "entry" in state && typeof state.entry === "string" ? state.entry : undefined;
}
