"use client";

import clsx from "clsx";
import { useRef, type KeyboardEvent, type PointerEvent } from "react";
import { useTranslations } from "use-intl";
import type { ClipEvent } from "../results/types.ts";
import type { Playback, Stretch } from "./playback.ts";
import { clockTime, eventsAt, fractionOf, scaleTimes } from "./timeline.ts";
import { usePlayback } from "./usePlayback.ts";

export interface ScrubberProps {
  playback: Playback;
  view: Stretch;
  sampledTimes: readonly number[];
  keyTimes: readonly number[];
  events: readonly ClipEvent[];
  /** The time under the pointer. */
  hovered: number | undefined;
  onHover: (time: number | undefined) => void;
}

/** Marks of the scale that fit without touching each other, on the narrowest screen. */
const scaleMarks = 6;
/** More ticks than this would be one bar; the others are left out. */
const mostTicks = 400;

const percent = (fraction: number): string => `${fraction * 100}%`;

/** The scale that is clicked, dragged and stepped along to go to a time. */
export function Scrubber({ playback, view, sampledTimes, keyTimes, events, hovered, onHover }: ScrubberProps) {
  const { duration } = playback;
  const stretch = usePlayback(playback, (state) => state.stretch);
  const visible = (times: readonly number[]) => thinned(times.filter((time) => time >= view.start && time <= view.end));
  return (
    <>
      <Slider playback={playback} view={view} onHover={onHover}>
        {stretch && (
          <span
            className="absolute inset-y-0 bg-accent-soft"
            style={{ left: percent(fractionOf(view, stretch.start)), width: percent((stretch.end - stretch.start) / (view.end - view.start)) }}
          />
        )}
        {visible(sampledTimes).map((time, index) => (
          <span key={index} className="absolute bottom-1 h-2.5 w-0.5 rounded-full bg-accent opacity-60" style={{ left: `calc(${percent(fractionOf(view, time))} * 0.995)` }} />
        ))}
        {visible(keyTimes).map((time) => (
          <span key={time} className="absolute bottom-4.5 size-1.5 -translate-x-1/2 rounded-full bg-accent" style={{ left: percent(fractionOf(view, time)) }} />
        ))}
        {scaleTimes(view, scaleMarks).map((time) => (
          <span key={time} className={clsx("absolute top-1 text-[0.6875rem] leading-tight text-muted tabular-nums", anchor(fractionOf(view, time)))} style={{ left: percent(fractionOf(view, time)) }}>
            {clockTime(time)}
          </span>
        ))}
      </Slider>
      {hovered !== undefined && <Hover time={hovered} view={view} events={events} duration={duration} />}
    </>
  );
}

/** Labels at the ends stay inside. */
function anchor(fraction: number): string {
  if (fraction < 0.06) return "";
  return fraction > 0.94 ? "-translate-x-full" : "-translate-x-1/2";
}

function thinned(times: readonly number[]): readonly number[] {
  const step = Math.ceil(times.length / mostTicks);
  return step <= 1 ? times : times.filter((_, index) => index % step === 0);
}

interface SliderProps {
  playback: Playback;
  view: Stretch;
  onHover: (time: number | undefined) => void;
  children: React.ReactNode;
}

function Slider({ playback, view, onHover, children }: SliderProps) {
  const t = useTranslations("clips");
  const { duration } = playback;
  // As fine as it is read out.
  const time = usePlayback(playback, (state) => Math.round(state.time * 10) / 10);
  const resume = useRef(false);
  const timeAt = (event: PointerEvent<HTMLElement>): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return Math.min(Math.max(view.start + ((event.clientX - left) / width) * (view.end - view.start), 0), duration);
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    resume.current = playback.get().playing;
    playback.pause();
    playback.seek(timeAt(event));
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const at = timeAt(event);
    onHover(at);
    if (event.currentTarget.hasPointerCapture(event.pointerId)) playback.seek(at);
  };
  const onLostPointerCapture = () => {
    if (resume.current) playback.play();
    resume.current = false;
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={t("position")}
      aria-valuemin={0}
      aria-valuemax={Math.round(duration * 10) / 10}
      aria-valuenow={time}
      aria-valuetext={t("positionText", { time: clockTime(time, 1), duration: clockTime(duration, 1) })}
      onKeyDown={(event) => onKeyDown(event, playback)}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerLeave={() => onHover(undefined)}
      onLostPointerCapture={onLostPointerCapture}
      className="relative h-11 cursor-pointer touch-none overflow-hidden rounded-lg bg-sunken -outline-offset-2 select-none"
    >
      {children}
    </div>
  );
}

function onKeyDown(event: KeyboardEvent, playback: Playback): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { time } = playback.get();
  const to: Readonly<Record<string, number>> = {
    ArrowLeft: time - (event.shiftKey ? 5 : 1),
    ArrowRight: time + (event.shiftKey ? 5 : 1),
    ArrowDown: time - 1,
    ArrowUp: time + 1,
    PageDown: time - playback.duration / 10,
    PageUp: time + playback.duration / 10,
    Home: 0,
    End: playback.duration,
  };
  const seconds = to[event.key];
  if (seconds === undefined) return;
  event.preventDefault();
  playback.seek(seconds);
}

/** The time under the pointer and what goes on then. */
function Hover({ time, view, events, duration }: { time: number; view: Stretch; events: readonly ClipEvent[]; duration: number }) {
  const place = fractionOf(view, time);
  const here = eventsAt(events, time).flatMap((index) => events[index]?.text ?? []);
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0 z-10">
      <div className="absolute inset-y-0 w-px bg-ink/40" style={{ left: percent(place) }} />
      <p
        className={clsx("absolute top-5.5 max-w-56 truncate rounded-md bg-ink px-1.5 py-0.5 text-xs text-canvas tabular-nums", place > 0.5 && "-translate-x-full")}
        style={{ left: `calc(${percent(place)} ${place > 0.5 ? "- 4px" : "+ 4px"})` }}
      >
        {clockTime(time, duration < 120 ? 1 : 0)}
        {here.length > 0 && ` · ${here.join(" · ")}`}
      </p>
    </div>
  );
}
