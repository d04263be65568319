"use client";

import { useEffect, useRef, useState } from "react";

/** What a task may take, so that a key is answered at once (ms). */
const budget = 30;
/** So few are not worth a task of their own when nothing more comes. */
const few = 8;

/**
 * How many of `count` parts are to be rendered. Those that are added while they are `growing` are let in a few at a time, each
 * time in a task of its own, so that the page answers its reader in between.
 */
export function useStepwise(count: number, growing: boolean): number {
  const [reached, setReached] = useState(count);
  const step = useRef({ parts: 1, begun: 0 });
  const rest = count - reached;
  // What there is less of, or hardly more at the end, is there at once.
  if (rest < 0 || (!growing && rest > 0 && rest <= few)) setReached(count);
  const shown = Math.min(reached, count);
  useEffect(() => {
    if (step.current.begun > 0) step.current = { parts: partsInBudget(step.current.parts, performance.now() - step.current.begun), begun: 0 };
    if (reached >= count) return;
    const timer = setTimeout(() => {
      step.current.begun = performance.now();
      setReached(Math.min(reached + step.current.parts, count));
    });
    return () => clearTimeout(timer);
  }, [reached, count]);
  return shown;
}

/** How many parts the next task renders after the last one took `milliseconds` for `parts`. */
export function partsInBudget(parts: number, milliseconds: number): number {
  return Math.min(Math.max(Math.floor((parts * budget) / Math.max(milliseconds, 1)), 1), parts * 2);
}
