"use client";

import { useMemo } from "react";
import { useChat, useDraft } from "../chat/Sessions.tsx";
import { isAnswering } from "../chat/turns.ts";
import { readyMedia } from "../composer/draft.ts";
import { decodedPixelsOf } from "./cost.ts";
import { useMediaRules, useSettings } from "./useSettings.ts";

/** Pixels that the conversation's pictures and clips have together, with those of the message that is being written; 0 while nothing can be sent. */
export function useMediaPixels(): number {
  const { settings } = useSettings();
  const rules = useMediaRules();
  // An answer that is being written changes the turns many times a second.
  const turns = useChat((state) => (isAnswering(state.turns) ? undefined : state.turns));
  const attachments = useDraft((draft) => draft.attachments);
  const edited = useDraft((draft) => draft.editing?.turn);
  return useMemo(() => {
    if (!turns) return 0;
    const end = turns.findIndex(({ id }) => id === edited);
    const asked = (end < 0 ? turns : turns.slice(0, end)).flatMap((turn) => (turn.role === "user" ? turn.media : []));
    return decodedPixelsOf([...asked, ...readyMedia({ attachments })], { settings, rules });
  }, [turns, attachments, edited, settings, rules]);
}
