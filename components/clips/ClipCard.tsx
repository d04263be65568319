"use client";

import { Film } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslations } from "use-intl";
import type { AnswerResults } from "../results/useAnswerResults.ts";
import { phone, useMediaQuery } from "../shell/useMediaQuery.ts";
import { useFocus, useSetFocus } from "../viewer/FocusProvider.tsx";
import { clipsOf } from "./clipMentions.ts";
import { eventsOf, keyTimes, timedMarks } from "./tracks.ts";

export interface ClipCardProps {
  answer: string;
  found: AnswerResults;
  /** Whether the reader waited for the answer. */
  awaited: boolean;
}

/** What was found in one of the clips. */
interface ClipFindings {
  index: number;
  events: number;
  moments: number;
}

/**
 * Under an answer about clips: what was found and where it can be seen; of several clips each has its own, and what may be in
 * any of them is offered for each. Opens the viewer by itself, once, when the first of it is written.
 */
export function ClipCard({ answer, found, awaited }: ClipCardProps) {
  const { media } = found;
  const clips = findingsOf(found);
  const first = clips[0]?.index;
  const setFocus = useSetFocus();
  const onPhone = useMediaQuery(phone);
  const opened = useRef(!awaited);
  useEffect(() => {
    if (first === undefined || opened.current || onPhone) return;
    opened.current = true;
    setFocus({ type: "show", focus: { kind: "medium", media, index: first, answer } });
  }, [first, onPhone, media, answer, setFocus]);
  return clips.map((clip) => <Card key={clip.index} answer={answer} media={media} clip={clip} />);
}

function findingsOf({ results, media }: AnswerResults): ClipFindings[] {
  const clips = clipsOf(media).map(({ index }) => ({ index, events: eventsOf(results.events, index).length, moments: keyTimes(timedMarks(results.marks, index)).length }));
  return clips.filter(({ events, moments }) => events + moments > 0);
}

function Card({ answer, media, clip: { index, events, moments } }: { answer: string; media: AnswerResults["media"]; clip: ClipFindings }) {
  const t = useTranslations("clips");
  const shown = useFocus(({ focus }) => focus?.kind === "medium" && focus.answer === answer && focus.index === index);
  const setFocus = useSetFocus();
  const counts = [...(events > 0 ? [t("eventCount", { count: events })] : []), ...(moments > 0 ? [t("markCount", { count: moments })] : [])];
  const several = clipsOf(media).length > 1;
  return (
    <button
      type="button"
      data-result-card=""
      aria-pressed={shown}
      onClick={() => setFocus(shown ? { type: "close" } : { type: "show", focus: { kind: "medium", media, index, answer } })}
      className="flex min-h-12 w-full flex-wrap items-center gap-x-3 gap-y-1 rounded-xl border border-line bg-surface px-4 py-2 text-left text-sm transition-colors hover:border-line-strong aria-pressed:border-accent aria-pressed:bg-accent-soft"
    >
      <Film aria-hidden className="size-5 shrink-0 text-accent" />
      <span className="min-w-0 grow font-medium">
        {counts.join(", ")}
        {several && <span className="ml-2 font-normal break-all text-muted">{media[index]?.name}</span>}
      </span>
      <span className="shrink-0 text-muted">{t(shown ? "shown" : events > 0 ? "showTimeline" : "showMarks")}</span>
    </button>
  );
}
