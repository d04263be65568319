"use client";

import clsx from "clsx";
import type { Box } from "../results/types.ts";
import { classColor } from "../results/palette.ts";
import { useFocus, useSetFocus } from "../viewer/FocusProvider.tsx";
import type { Playback } from "./playback.ts";
import { placedAt, type TimedMark, type Track } from "./tracks.ts";
import { usePlayback } from "./usePlayback.ts";

export interface MovingMarksProps {
  playback: Playback;
  tracks: readonly Track[];
  sampling: number;
  colors: ReadonlyMap<string, string>;
  answer: string | undefined;
}

/** The marks over the running clip: between the times of the answer they move. */
export function MovingMarks({ playback, tracks, sampling, colors, answer }: MovingMarksProps) {
  const time = usePlayback(playback, (state) => state.time);
  const pointed = useFocus((state) => (state.pointed?.answer === answer ? state.pointed?.id : undefined));
  const set = useSetFocus();
  const point = (mark: TimedMark | undefined) => answer !== undefined && set({ type: "point", pointed: mark && { answer, id: mark.id } });
  const placed = placedAt(tracks, time, sampling);
  return (
    // A click on a mark is one on the clip.
    <div aria-hidden data-moving="" onClick={() => playback.toggle()} className="pointer-events-none absolute inset-0 overflow-hidden *:pointer-events-auto">
      {placed.map(({ mark, box }) => (
        <MarkShape key={mark.id} mark={mark} box={box} color={colors.get(mark.label) ?? classColor(0)} lit={mark.id === pointed} onPoint={point} />
      ))}
    </div>
  );
}

export interface MarkShapeProps {
  mark: TimedMark;
  box: Box;
  color: string;
  lit: boolean;
  /** Where it can be pointed at, it has its name beside it. */
  onPoint?: (mark: TimedMark | undefined) => void;
}

/** One box or point on a picture that fills its parent. */
export function MarkShape({ mark, box, color, lit, onPoint }: MarkShapeProps) {
  const isBox = mark.kind === "box";
  return (
    <div
      data-mark-label={mark.label}
      onPointerEnter={() => onPoint?.(mark)}
      onPointerLeave={() => onPoint?.(undefined)}
      className={clsx("absolute", isBox && "rounded-xs shadow-[0_0_0_1px_white]", isBox && (lit ? "border-4" : "border-2"))}
      style={{ left: `${box.x1 * 100}%`, top: `${box.y1 * 100}%`, width: `${(box.x2 - box.x1) * 100}%`, height: `${(box.y2 - box.y1) * 100}%`, borderColor: color }}
    >
      {!isBox && <span className={clsx("absolute -translate-1/2 rounded-full border-2 border-white", lit ? "size-4.5" : "size-3")} style={{ background: color }} />}
      {onPoint && mark.label !== "" && (
        <span
          className={clsx("absolute -left-0.5 max-w-40 truncate rounded-sm px-1 text-[0.6875rem] leading-4 font-medium text-white", box.y1 > 0.08 ? "bottom-full" : "top-0")}
          style={{ background: color }}
        >
          {mark.label}
        </span>
      )}
    </div>
  );
}
