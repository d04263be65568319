import type { Stretch } from "./playback.ts";

/** The geometry of a timeline: what is seen of the clip, the marks of its scale, and the rows of its events. Seconds. */

/** The shortest stretch that is zoomed to. */
const shortestView = 1;

/** The whole of it where `view` is undefined or does not fit. */
export function clampView({ start, end }: Stretch, duration: number): Stretch {
  const length = Math.min(Math.max(end - start, Math.min(shortestView, duration)), duration);
  const from = Math.min(Math.max(start, 0), duration - length);
  return { start: from, end: from + length };
}

/** `factor` times as much is seen (below 1: zoomed in); what is at `time` stays where it is. */
export function zoomView(view: Stretch, duration: number, { factor, time }: { factor: number; time: number }): Stretch {
  const length = Math.min(Math.max((view.end - view.start) * factor, Math.min(shortestView, duration)), duration);
  const place = fractionOf(view, time);
  return clampView({ start: time - place * length, end: time + (1 - place) * length }, duration);
}

export function panView(view: Stretch, duration: number, seconds: number): Stretch {
  return clampView({ start: view.start + seconds, end: view.end + seconds }, duration);
}

/** The view that shows `time`: the same where it does already, else moved by as little as leaves some room behind it. */
export function viewWith(view: Stretch, duration: number, time: number): Stretch {
  if (time >= view.start && time <= view.end) return view;
  const length = view.end - view.start;
  const start = time - length * 0.1;
  return clampView({ start, end: start + length }, duration);
}

/** Where a time stands in the view: 0 at its start, 1 at its end, beyond outside. */
export function fractionOf(view: Stretch, time: number): number {
  return view.end > view.start ? (time - view.start) / (view.end - view.start) : 0;
}

const scaleSteps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** Round times for the scale, at most `most` of them. */
export function scaleTimes(view: Stretch, most: number): number[] {
  const step = scaleSteps.find((candidate) => (view.end - view.start) / candidate <= most) ?? 7200;
  const first = Math.ceil(view.start / step - 1e-9);
  const count = Math.max(0, Math.floor(view.end / step + 1e-9) - first + 1);
  return Array.from({ length: count }, (_, index) => Math.round((first + index) * step * 1000) / 1000);
}

/** The row of each event, from 0: those that overlap get rows of their own, as few as possible. */
export function lanesOf(events: readonly Stretch[]): number[] {
  const order = events.map((_, index) => index).sort((a, b) => (events[a]?.start ?? 0) - (events[b]?.start ?? 0));
  const ends: number[] = [];
  const lanes = events.map(() => 0);
  for (const index of order) {
    const event = events[index];
    if (!event) continue;
    const free = ends.findIndex((end) => end <= event.start);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = Math.max(event.end, event.start);
    lanes[index] = lane;
  }
  return lanes;
}

/** The events that go on at a time, by index; one without length counts for a moment. */
export function eventsAt(events: readonly Stretch[], time: number): number[] {
  return events.flatMap(({ start, end }, index) => (time >= start - 1e-3 && time < Math.max(end, start + 0.25) ? [index] : []));
}

/** "0:05", "1:02.5", "1:00:00": as many decimals as are asked for, without those that say nothing. */
export function clockTime(seconds: number, decimals = 2): string {
  const unit = 10 ** decimals;
  const units = Math.round(Math.max(seconds, 0) * unit);
  const whole = Math.floor(units / unit);
  const fraction = units % unit === 0 ? "" : `.${String(units % unit).padStart(decimals, "0").replace(/0+$/, "")}`;
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}${fraction}`;
}
