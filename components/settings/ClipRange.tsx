"use client";

import clsx from "clsx";
import { useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { useLocale, useTranslations } from "use-intl";
import type { UploadedMedia } from "../../server/protocol.ts";
import { formatSeconds } from "../i18n/format.ts";
import { frameUrl } from "../media/upload.ts";
import { chosenOf, keyStep, moveEnd, nearerEnd, rangeOf, type ClipRange as Range, type RangeEnd } from "./rangeEnds.ts";

const thumbnails = 7;

export interface ClipRangeProps {
  medium: UploadedMedia;
  /** Seconds of the frames that will be looked at. */
  times: readonly number[];
  onChoose: (chosen: { start?: number; end?: number }) => void;
}

/** The part of a clip that is looked at, chosen by dragging the ends of a frame over its pictures, or by the arrow keys. */
export function ClipRange({ medium, times, onChoose }: ClipRangeProps) {
  const t = useTranslations("cost");
  const locale = useLocale();
  const { info, name } = medium;
  const strip = useRef<HTMLDivElement>(null);
  /** While an end is dragged: nothing is computed and saved anew until it is let go. */
  const [dragged, setDragged] = useState<{ end: RangeEnd; range: Range }>();
  if (info.kind !== "video") return null;
  const range = dragged?.range ?? rangeOf(medium.choices ?? {}, info);
  const percent = (time: number) => `${Math.min(100, (time / Math.max(info.duration, 0.001)) * 100)}%`;
  const timeAt = (event: PointerEvent) => {
    const box = strip.current?.getBoundingClientRect();
    return box ? Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * info.duration : 0;
  };
  const write = (time: number) => formatSeconds(locale, time);
  const isWhole = range.start === 0 && range.end === info.duration;

  const drag = {
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const end = nearerEnd(range, timeAt(event));
      event.currentTarget.querySelector<HTMLElement>(`[data-end=${end}]`)?.focus({ preventScroll: true });
      event.preventDefault();
      setDragged({ end, range: moveEnd(range, end, timeAt(event), info) });
    },
    onPointerMove: (event: PointerEvent) => {
      if (dragged) setDragged({ ...dragged, range: moveEnd(dragged.range, dragged.end, timeAt(event), info) });
    },
    onPointerUp: () => {
      if (dragged) onChoose(chosenOf(dragged.range, info));
      setDragged(undefined);
    },
    onPointerCancel: () => setDragged(undefined),
  };
  const onKey = (end: RangeEnd) => (event: KeyboardEvent) => {
    const step = keyStep(event.key, info);
    if (step === undefined) return;
    event.preventDefault();
    onChoose(chosenOf(moveEnd(range, end, range[end] + step, info), info));
  };

  return (
    <div role="group" aria-label={t("range", { name })} className="grid gap-1">
      <div ref={strip} {...drag} className="relative h-11 touch-none overflow-hidden rounded-lg bg-sunken select-none">
        <Pictures medium={medium} duration={info.duration} />
        <div aria-hidden className="absolute inset-y-0 left-0 bg-canvas/75" style={{ width: percent(range.start) }} />
        <div aria-hidden className="absolute inset-y-0 right-0 bg-canvas/75" style={{ left: percent(range.end) }} />
        {times.map((time, index) => (
          <span key={index} aria-hidden className="absolute bottom-0 h-1.5 w-0.5 -translate-x-1/2 bg-accent" style={{ left: percent(time) }} />
        ))}
        {(["start", "end"] as const).map((end) => (
          <div
            key={end}
            role="slider"
            tabIndex={0}
            data-end={end}
            aria-label={t(end)}
            aria-valuemin={0}
            aria-valuemax={info.duration}
            aria-valuenow={range[end]}
            aria-valuetext={write(range[end])}
            onKeyDown={onKey(end)}
            className={clsx(
              "absolute inset-y-0 w-3 cursor-ew-resize rounded-sm border-accent bg-accent/25 focus-visible:outline-offset-[-2px]",
              end === "start" ? "border-l-3" : "-translate-x-full border-r-3",
            )}
            style={{ left: percent(range[end]) }}
          />
        ))}
      </div>
      <div className="flex items-center justify-between gap-2 tabular-nums">
        <span>{t("rangeText", { start: write(range.start), end: write(range.end), duration: write(info.duration) })}</span>
        {!isWhole && (
          <button type="button" onClick={() => onChoose({})} className="min-h-11 font-medium text-ink underline underline-offset-2 md:min-h-6">
            {t("whole")}
          </button>
        )}
      </div>
    </div>
  );
}

/** What can't be drawn is left out: the ends can be moved all the same. */
function Pictures({ medium, duration }: { medium: UploadedMedia; duration: number }) {
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0 flex">
      {Array.from({ length: thumbnails }, (_, index) => (
        <img
          key={index}
          src={frameUrl(medium.id, ((index + 0.5) / thumbnails) * duration)}
          alt=""
          loading="lazy"
          draggable={false}
          onError={(event) => (event.currentTarget.style.visibility = "hidden")}
          className="h-full min-w-0 flex-1 object-cover"
        />
      ))}
    </div>
  );
}
