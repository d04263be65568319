"use client";

import clsx from "clsx";
import { useTranslations } from "use-intl";
import { classColor } from "../results/palette.ts";
import { useFocus, useSetFocus } from "../viewer/FocusProvider.tsx";
import { MarkShape } from "./MarkOverlay.tsx";
import type { Playback } from "./playback.ts";
import { clockTime } from "./timeline.ts";
import type { TimedMark } from "./tracks.ts";
import { usePlayback } from "./usePlayback.ts";

export interface KeyFramesProps {
  playback: Playback;
  /** At one time each, ascending. */
  moments: readonly (readonly TimedMark[])[];
  /** Seconds; how long a moment counts as the one that is shown. */
  sampling: number;
  colors: ReadonlyMap<string, string>;
  /** The picture at a time. */
  frameSrc: (seconds: number) => string;
  /** Width over height. */
  aspect: number;
  answer: string | undefined;
}

/** The frames that the answer speaks of, with their marks; chosen, the clip goes there. */
export function KeyFrames({ playback, moments, sampling, colors, frameSrc, aspect, answer }: KeyFramesProps) {
  const t = useTranslations("clips");
  const set = useSetFocus();
  const pointed = useFocus((state) => (state.pointed?.answer === answer ? state.pointed?.id : undefined));
  const now = usePlayback(playback, ({ time }) => moments.findIndex(([mark]) => mark !== undefined && Math.abs(mark.time - time) <= sampling / 2));
  const point = (mark: TimedMark | undefined) => answer !== undefined && set({ type: "point", pointed: mark && { answer, id: mark.id } });
  return (
    <ul aria-label={t("moments")} className="flex gap-2 overflow-x-auto pb-1">
      {moments.map((marks, index) => {
        const [first] = marks;
        if (!first) return null;
        const lit = marks.some(({ id }) => id === pointed);
        const labels = [...new Set(marks.map(({ label }) => label))].filter((label) => label !== "").join(", ");
        return (
          <li key={first.id} className="shrink-0">
            <button
              type="button"
              aria-label={t("momentLabel", { time: clockTime(first.time), labels })}
              aria-current={index === now || undefined}
              onClick={() => {
                playback.pause();
                playback.seek(first.time);
              }}
              onPointerEnter={() => point(first)}
              onPointerLeave={() => point(undefined)}
              onFocus={() => point(first)}
              onBlur={() => point(undefined)}
              className={clsx("block w-36 overflow-hidden rounded-lg border-2", lit || index === now ? "border-accent" : "border-transparent")}
            >
              <span className="relative block bg-sunken" style={{ aspectRatio: aspect }}>
                <img src={frameSrc(first.time)} alt="" loading="lazy" className="size-full object-cover" />
                {marks.map((mark) => (
                  <MarkShape key={mark.id} mark={mark} box={mark.box} color={colors.get(mark.label) ?? classColor(0)} lit={mark.id === pointed} />
                ))}
              </span>
              <span className="block bg-sunken px-1.5 py-0.5 text-left text-xs text-muted tabular-nums">{clockTime(first.time)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
