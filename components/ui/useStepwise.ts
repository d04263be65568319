"use client";

import { useEffect, useState } from "react";

/**
 * How many of `count` parts are to be rendered. Those that are added while `growing` are let in one after the other, each in a
 * task of its own, so that the page answers its reader in between.
 */
export function useStepwise(count: number, growing: boolean): number {
  const [reached, setReached] = useState(count);
  if (!growing && reached !== count) setReached(count);
  const shown = growing ? Math.min(reached, count) : count;
  useEffect(() => {
    if (shown >= count) return;
    const timer = setTimeout(() => setReached(shown + 1));
    return () => clearTimeout(timer);
  }, [shown, count]);
  return shown;
}
