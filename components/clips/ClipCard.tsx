"use client";

import { Film } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslations } from "use-intl";
import type { AnswerResults } from "../results/useAnswerResults.ts";
import { phone, useMediaQuery } from "../shell/useMediaQuery.ts";
import { useFocus, useSetFocus } from "../viewer/FocusProvider.tsx";
import { clipIndex } from "./TimeLink.tsx";
import { keyTimes, timedMarks } from "./tracks.ts";

/** Under an answer about a clip: what was found and where it can be seen. Opens the viewer by itself, once, when the first of it is written. */
export function ClipCard({ answer, found: { results, media, partial } }: { answer: string; found: AnswerResults }) {
  const t = useTranslations("clips");
  const index = clipIndex(media);
  const events = index < 0 ? 0 : results.events.length;
  const moments = index < 0 ? 0 : keyTimes(timedMarks(results.marks, index)).length;
  const found = events + moments > 0;
  const shown = useFocus(({ focus }) => focus?.kind === "medium" && focus.answer === answer && focus.index === index);
  const setFocus = useSetFocus();
  const onPhone = useMediaQuery(phone);
  const opened = useRef(!partial);
  useEffect(() => {
    if (!found || opened.current || onPhone) return;
    opened.current = true;
    setFocus({ type: "show", focus: { kind: "medium", media, index, answer } });
  }, [found, onPhone, media, index, answer, setFocus]);
  if (!found) return null;
  const counts = [...(events > 0 ? [t("eventCount", { count: events })] : []), ...(moments > 0 ? [t("markCount", { count: moments })] : [])];
  return (
    <button
      type="button"
      data-result-card=""
      aria-pressed={shown}
      onClick={() => setFocus(shown ? { type: "close" } : { type: "show", focus: { kind: "medium", media, index, answer } })}
      className="flex min-h-12 w-full flex-wrap items-center gap-x-3 gap-y-1 rounded-xl border border-line bg-surface px-4 py-2 text-left text-sm transition-colors hover:border-line-strong aria-pressed:border-accent aria-pressed:bg-accent-soft"
    >
      <Film aria-hidden className="size-5 shrink-0 text-accent" />
      <span className="min-w-0 grow font-medium">{counts.join(", ")}</span>
      <span className="shrink-0 text-muted">{t(shown ? "shown" : events > 0 ? "showTimeline" : "showMarks")}</span>
    </button>
  );
}
