/** The part of a clip that is looked at: pure, so that every way of moving its ends does the same. */

/** Seconds. */
export interface ClipRange {
  start: number;
  end: number;
}

export interface ClipTimes {
  /** Seconds. */
  duration: number;
  /** Frames a second. */
  fps: number;
}

export type RangeEnd = keyof ClipRange;

/** What is chosen, or the whole clip. */
export function rangeOf({ start, end }: { start?: number | undefined; end?: number | undefined }, { duration }: ClipTimes): ClipRange {
  return { start: Math.min(start ?? 0, duration), end: Math.min(end ?? duration, duration) };
}

/** Two frames at least lie in every range, with a margin because the bounds are rounded to frames. */
export function shortestRange({ fps, duration }: ClipTimes): number {
  return Math.min(3 / fps, duration);
}

/** The range with one end at `time`, as far as the other lets it. */
export function moveEnd(range: ClipRange, end: RangeEnd, time: number, clip: ClipTimes): ClipRange {
  const shortest = shortestRange(clip);
  const rounded = Math.round(time * 100) / 100;
  switch (end) {
    case "start":
      return { ...range, start: Math.max(0, Math.min(rounded, range.end - shortest)) };
    case "end":
      return { ...range, end: Math.min(clip.duration, Math.max(rounded, range.start + shortest)) };
  }
}

/** What is kept of it: nothing of an end that is the clip's. */
export function chosenOf({ start, end }: ClipRange, { duration }: ClipTimes): { start?: number; end?: number } {
  return { ...(start > 0 && { start }), ...(end < duration && { end }) };
}

/** Seconds that a key moves an end; undefined for other keys. */
export function keyStep(key: string, { fps, duration }: ClipTimes): number | undefined {
  const small = Math.max(1 / fps, duration / 200);
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -small,
    ArrowDown: -small,
    ArrowRight: small,
    ArrowUp: small,
    PageDown: -10 * small,
    PageUp: 10 * small,
    Home: -duration,
    End: duration,
  };
  return steps[key];
}

/** Which end a press at `time` takes: the nearer one. */
export function nearerEnd({ start, end }: ClipRange, time: number): RangeEnd {
  return Math.abs(time - start) <= Math.abs(time - end) ? "start" : "end";
}
