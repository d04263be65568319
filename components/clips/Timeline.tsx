"use client";

import { Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import type { UploadedMedia } from "../../server/protocol.ts";
import type { ClipEvent } from "../results/types.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { EventBars } from "./EventBars.tsx";
import { HoverFrame } from "./HoverFrame.tsx";
import type { Playback, Stretch } from "./playback.ts";
import { Scrubber } from "./Scrubber.tsx";
import { clampView, fractionOf, panView, viewWith, zoomView } from "./timeline.ts";
import { usePlayback } from "./usePlayback.ts";

export interface TimelineProps {
  medium: UploadedMedia;
  playback: Playback;
  /** The times of the frames that are looked at. */
  sampledTimes: readonly number[];
  /** The times that the answer marks something at. */
  keyTimes: readonly number[];
  events: readonly ClipEvent[];
  answer: string | undefined;
}

/** How much is left of what is seen after one step of zooming in. */
const zoomStep = 0.5;

/** The clip as a line: sampled frames as ticks, events as bars, and where it is; a part of it when zoomed. */
export function Timeline({ medium, playback, sampledTimes, keyTimes, events, answer }: TimelineProps) {
  const t = useTranslations("clips");
  const { duration } = playback;
  const [view, setView] = useState<Stretch>({ start: 0, end: duration });
  const area = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState<number>();
  useWheel(area, view, duration, setView);
  useFollow(playback, setView);

  const zoom = (factor: number) => {
    const { time } = playback.get();
    const visible = time >= view.start && time <= view.end;
    setView(zoomView(view, duration, { factor, time: visible ? time : (view.start + view.end) / 2 }));
  };
  const zoomed = view.end - view.start < duration - 1e-6;
  return (
    <section aria-label={t("timeline")} className="grid gap-1">
      <div className="flex items-center justify-end">
        {zoomed && <Overview view={view} duration={duration} onView={setView} />}
        <IconButton label={t("zoomOut")} disabled={!zoomed} onClick={() => zoom(1 / zoomStep)}>
          <ZoomOut aria-hidden />
        </IconButton>
        <IconButton label={t("zoomIn")} disabled={duration <= 1 || view.end - view.start <= 1} onClick={() => zoom(zoomStep)}>
          <ZoomIn aria-hidden />
        </IconButton>
        <IconButton label={t("zoomAll")} disabled={!zoomed} onClick={() => setView({ start: 0, end: duration })}>
          <Maximize aria-hidden />
        </IconButton>
      </div>
      {/* The whole area is as wide as the view; nothing hangs over its ends. */}
      <div className="relative">
        {hovered !== undefined && <HoverFrame medium={medium} time={hovered} place={fractionOf(view, hovered)} length={view.end - view.start} />}
        <div ref={area} className="relative grid gap-1.5 overflow-hidden">
          <Scrubber playback={playback} view={view} sampledTimes={sampledTimes} keyTimes={keyTimes} events={events} hovered={hovered} onHover={setHovered} />
          <EventBars playback={playback} view={view} events={events} answer={answer} />
          <Playhead playback={playback} view={view} />
        </div>
      </div>
    </section>
  );
}

function Playhead({ playback, view }: { playback: Playback; view: Stretch }) {
  const place = usePlayback(playback, ({ time }) => fractionOf(view, time));
  if (place < 0 || place > 1) return null;
  return <div aria-hidden className="pointer-events-none absolute inset-y-0 w-0.5 -translate-x-1/2 rounded-full bg-danger" style={{ left: `${place * 100}%` }} />;
}

/** The clip as a thin line with the part that is shown, which can be moved. */
function Overview({ view, duration, onView }: { view: Stretch; duration: number; onView: (view: Stretch) => void }) {
  const t = useTranslations("clips");
  const length = view.end - view.start;
  return (
    <div className="relative mr-2 h-6 grow">
      <div aria-hidden className="absolute inset-x-0 top-1/2 h-1.5 -translate-y-1/2 rounded-full bg-sunken">
        <div className="absolute inset-y-0 min-w-2 rounded-full bg-line-strong" style={{ left: `${(view.start / duration) * 100}%`, width: `${(length / duration) * 100}%` }} />
      </div>
      <input
        type="range"
        aria-label={t("viewerPart")}
        min={0}
        max={duration - length}
        step={length / 10}
        value={view.start}
        onChange={(event) => onView(clampView({ start: Number(event.target.value), end: Number(event.target.value) + length }, duration))}
        className="absolute inset-0 w-full cursor-grab opacity-0 focus-visible:opacity-100"
      />
    </div>
  );
}

/** Ctrl and the wheel (or two fingers on a trackpad) zoom at the pointer; a sideways wheel moves along. */
function useWheel(area: React.RefObject<HTMLElement | null>, view: Stretch, duration: number, setView: (view: Stretch) => void): void {
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      const { left, width } = element.getBoundingClientRect();
      const length = view.end - view.start;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const time = view.start + ((event.clientX - left) / width) * length;
        setView(zoomView(view, duration, { factor: Math.exp(event.deltaY / 200), time }));
      } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        setView(panView(view, duration, (event.deltaX / width) * length));
      }
    };
    // Not passive: the page must not be zoomed as well.
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [area, view, duration, setView]);
}

/** What is played is seen. */
function useFollow(playback: Playback, setView: (change: (view: Stretch) => Stretch) => void): void {
  useEffect(() => {
    let last = playback.get().time;
    return playback.subscribe(() => {
      const { time } = playback.get();
      if (time === last) return;
      last = time;
      setView((view) => viewWith(view, playback.duration, time));
    });
  }, [playback, setView]);
}
