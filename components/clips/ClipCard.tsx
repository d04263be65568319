"use client";

import { Film } from "lucide-react";
import { useTranslations } from "use-intl";
import { compact, useMediaQuery } from "../shell/useMediaQuery.ts";
import type { AnswerResults } from "../results/useAnswerResults.ts";
import { useFocus, useSetFocus } from "../viewer/FocusProvider.tsx";
import { useEffect, useRef } from "react";
import { clipIndex } from "./TimeLink.tsx";
import { keyTimes, timedMarks } from "./tracks.ts";

/** What an answer found in a clip, in a line, and the way to it. Beside a wide conversation the clip comes by itself, once, with the first of it. */
export function ClipCard({ answer, found: { results, media, partial } }: { answer: string; found: AnswerResults }) {
  const t = useTranslations("clips");
  const index = clipIndex(media);
  const events = index < 0 ? 0 : results.events.length;
  const moments = index < 0 ? 0 : keyTimes(timedMarks(results.marks, index)).length;
  const shown = useFocus(({ focus }) => focus?.kind === "medium" && focus.answer === answer && focus.index === index);
  const set = useSetFocus();
  const open = () => set({ type: "show", focus: { kind: "medium", media, index, answer } });
  useFirst(events + moments > 0 && partial, open);
  if (events + moments === 0) return null;
  return (
    <button
      type="button"
      onClick={open}
      aria-pressed={shown}
      className="flex min-h-11 w-fit max-w-full items-center gap-2.5 rounded-xl border border-line bg-surface px-3.5 text-sm transition-colors hover:bg-sunken aria-pressed:border-accent"
    >
      <Film aria-hidden className="size-4.5 shrink-0 text-accent" />
      <span className="min-w-0 truncate">{events > 0 ? t("eventCount", { count: events }) : t("markCount", { count: moments })}</span>
      <span className="text-muted">·</span>
      <span className="shrink-0 font-medium text-accent">{t(events > 0 ? "showTimeline" : "showMarks")}</span>
    </button>
  );
}

/** Once while the answer is written, where there is room beside the conversation. */
function useFirst(there: boolean, open: () => void): void {
  const narrow = useMediaQuery(compact);
  const done = useRef(false);
  useEffect(() => {
    if (!there || done.current) return;
    done.current = true;
    if (!narrow) open();
  });
}
