"use client";

import { useFocus, useSetFocus } from "../viewer/FocusProvider.tsx";

export interface Pointing {
  /** Whether the reader points at this, here or elsewhere. */
  pointed: boolean;
  /** For the element that stands for it. */
  handlers: { onPointerEnter: () => void; onPointerLeave: () => void; onFocus: () => void; onBlur: () => void };
}

/** What of an answer is shown here lights up with its words, and they with it. */
export function usePointing(answer: string | undefined, id: string): Pointing {
  const pointed = useFocus((state) => state.pointed !== undefined && state.pointed.answer === answer && state.pointed.id === id);
  const set = useSetFocus();
  const enter = () => answer !== undefined && set({ type: "point", pointed: { answer, id } });
  const leave = () => set({ type: "point", pointed: undefined });
  return { pointed, handlers: { onPointerEnter: enter, onPointerLeave: leave, onFocus: enter, onBlur: leave } };
}
