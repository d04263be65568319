"use client";

import clsx from "clsx";
import { useMemo } from "react";
import { useTranslations } from "use-intl";
import type { ClipEvent } from "../results/types.ts";
import type { Playback, Stretch } from "./playback.ts";
import { clockTime, eventsAt, fractionOf, lanesOf } from "./timeline.ts";
import { usePlayback } from "./usePlayback.ts";
import { usePointing } from "./usePointing.ts";

export interface EventBarsProps {
  playback: Playback;
  view: Stretch;
  events: readonly ClipEvent[];
  answer: string | undefined;
}

/** Events as bars at their times; those that overlap lie below each other. */
export function EventBars({ playback, view, events, answer }: EventBarsProps) {
  const lanes = useMemo(() => lanesOf(events), [events]);
  const now = usePlayback(playback, ({ time }) => eventsAt(events, time).join());
  if (events.length === 0) return null;
  const current = new Set(now.split(",").map(Number));
  const rows = Math.max(...lanes) + 1;
  return (
    <div className="max-h-44 overflow-x-hidden overflow-y-auto">
      <div className="relative [--lane:3rem] md:pointer-fine:[--lane:1.625rem]" style={{ height: `calc(var(--lane) * ${rows})` }}>
        {events.map((event, index) =>
          event.end < view.start || event.start > view.end ? null : (
            <Bar key={event.id} event={event} lane={lanes[index] ?? 0} view={view} current={now !== "" && current.has(index)} answer={answer} onPlay={() => playback.playStretch(event)} />
          ),
        )}
      </div>
    </div>
  );
}

interface BarProps {
  event: ClipEvent;
  lane: number;
  view: Stretch;
  current: boolean;
  answer: string | undefined;
  onPlay: () => void;
}

function Bar({ event, lane, view, current, answer, onPlay }: BarProps) {
  const t = useTranslations("clips");
  const { pointed, handlers } = usePointing(answer, event.id);
  const start = Math.max(fractionOf(view, event.start), 0);
  const end = Math.min(fractionOf(view, event.end), 1);
  const text = event.text === "" ? t("unnamed") : event.text;
  return (
    <button
      type="button"
      // The same is a row of the table below.
      tabIndex={-1}
      aria-label={t("playEvent", { start: clockTime(event.start), end: clockTime(event.end), event: text })}
      title={`${clockTime(event.start)} – ${clockTime(event.end)}: ${text}`}
      data-lit={pointed || undefined}
      onClick={onPlay}
      {...handlers}
      className={clsx(
        "@container absolute flex h-[calc(var(--lane)-0.25rem)] min-w-1.5 items-center overflow-hidden rounded-md border px-1.5 text-left text-xs whitespace-nowrap transition-colors",
        pointed ? "border-accent bg-accent text-on-accent" : current ? "border-accent bg-accent-soft" : "border-line-strong bg-surface",
      )}
      style={{ left: `${start * 100}%`, width: `${Math.max(end - start, 0) * 100}%`, top: `calc(var(--lane) * ${lane})` }}
    >
      <span className="truncate @max-[2.5rem]:hidden">{text}</span>
    </button>
  );
}
