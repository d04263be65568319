"use client";

import { useCallback, useMemo, type SyntheticEvent } from "react";
import { useFocus, useSetFocus } from "../viewer/FocusProvider.tsx";

/** Handlers for an element with parts that carry `data-mark`: pointing at one lights it up wherever it is shown. */
export function usePointing(answer: string | undefined) {
  const setFocus = useSetFocus();
  const point = useCallback((id: string | undefined) => setFocus({ type: "point", pointed: answer === undefined || id === undefined ? undefined : { answer, id } }), [answer, setFocus]);
  return useMemo(() => {
    const enter = (event: SyntheticEvent) => {
      const id = markOf(event);
      if (id !== undefined) point(id);
    };
    const leave = () => point(undefined);
    return { point, handlers: { onPointerOver: enter, onPointerLeave: leave, onPointerOut: leave, onFocus: enter, onBlur: leave } };
  }, [point]);
}

/** The mark that an event happened on. */
export function markOf({ target }: Pick<SyntheticEvent, "target">): string | undefined {
  return target instanceof Element ? (target.closest("[data-mark]")?.getAttribute("data-mark") ?? undefined) : undefined;
}

/** The part of this answer that is pointed at, here or in another zone. */
export function usePointed(answer: string | undefined): string | undefined {
  return useFocus(({ pointed }) => (pointed !== undefined && pointed.answer === answer ? pointed.id : undefined));
}
