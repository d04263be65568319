import type { Box, ClipEvent, Mark } from "../results/types.ts";

/** Marks with times on a clip, as things that move: what is between two times is interpolated. */

/** A box or spotted text (a box), or a point (a box without size), at a time. */
export interface TimedMark {
  id: string;
  kind: "box" | "point";
  /** As the answer names it. */
  label: string;
  /** Seconds. */
  time: number;
  box: Box;
}

/** One thing over time: marks with the same label, ascending in time, one for each time. */
export interface Track {
  label: string;
  marks: readonly TimedMark[];
}

/** Where a thing is at some time; `mark` is the mark that is nearest in time. */
export interface Placed {
  mark: TimedMark;
  box: Box;
}

/** The marks that have a time and a place on the clip, in reading order. */
export function timedMarks(marks: readonly Mark[], medium: number): TimedMark[] {
  return marks.flatMap((mark): TimedMark[] => {
    const { id, label, time } = mark;
    if (time === undefined || mark.medium !== medium) return [];
    switch (mark.kind) {
      case "box":
      case "text":
        return [{ id, kind: "box", label, time, box: mark.box }];
      case "point": {
        const { x, y } = mark.point;
        return [{ id, kind: "point", label, time, box: { x1: x, y1: y, x2: x, y2: y } }];
      }
      case "box3d":
        return [];
    }
  });
}

/** The events of one of the clips of a question, with those that may be of any of them. */
export function eventsOf(events: readonly ClipEvent[], medium: number): readonly ClipEvent[] {
  return events.every((event) => isOf(event, medium)) ? events : events.filter((event) => isOf(event, medium));
}

function isOf(event: ClipEvent, medium: number): boolean {
  return event.medium === undefined || event.medium === medium;
}

/** The times at which something is marked, ascending. */
export function keyTimes(marks: readonly TimedMark[]): number[] {
  return [...new Set(marks.map(({ time }) => time))].sort((a, b) => a - b);
}

/**
 * How far apart the times lie, where the answer skips none: their smallest distance. `fallback` for a single time.
 */
export function samplingDistance(times: readonly number[], fallback: number): number {
  const distances = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  return distances.length === 0 ? fallback : Math.min(...distances);
}

/** Several things of one label are told apart by where they are: each mark goes on with the nearest thing of the time before. */
export function toTracks(marks: readonly TimedMark[]): Track[] {
  const byLabel = Map.groupBy(marks, ({ kind, label }) => `${kind} ${label}`);
  return [...byLabel.values()].flatMap((same) => {
    const tracks: TimedMark[][] = [];
    const byTime = Map.groupBy(same, ({ time }) => time);
    for (const time of keyTimes(same)) assign(tracks, byTime.get(time) ?? []);
    return tracks.map((track) => ({ label: track[0]?.label ?? "", marks: track }));
  });
}

/** The closest pairs first; marks that are left begin tracks of their own. */
function assign(tracks: TimedMark[][], marks: readonly TimedMark[]): void {
  const pairs = tracks.flatMap((track) => {
    const last = track.at(-1);
    return last ? marks.map((mark) => ({ track, mark, distance: distance(last.box, mark.box) })) : [];
  });
  pairs.sort((a, b) => a.distance - b.distance);
  const taken = new Set<TimedMark | TimedMark[]>();
  for (const { track, mark } of pairs) {
    if (taken.has(track) || taken.has(mark)) continue;
    taken.add(track).add(mark);
    track.push(mark);
  }
  for (const mark of marks) if (!taken.has(mark)) tracks.push([mark]);
}

function distance(a: Box, b: Box): number {
  return Math.hypot(a.x1 + a.x2 - b.x1 - b.x2, a.y1 + a.y2 - b.y1 - b.y2);
}

/**
 * Where everything is at `time`. A thing is seen from half a sampling distance before to half a one behind each of its marks;
 * between two marks that follow one another it moves in a straight line.
 */
export function placedAt(tracks: readonly Track[], time: number, sampling: number): Placed[] {
  return tracks.flatMap(({ marks }) => placeOf(marks, time, sampling) ?? []);
}

function placeOf(marks: readonly TimedMark[], time: number, sampling: number): Placed | undefined {
  const next = marks.findIndex((mark) => mark.time > time);
  const after = next < 0 ? undefined : marks[next];
  const before = next < 0 ? marks.at(-1) : marks[next - 1];
  if (before && after && after.time - before.time <= sampling * 1.5) {
    const fraction = (time - before.time) / (after.time - before.time);
    return { mark: fraction < 0.5 ? before : after, box: between(before.box, after.box, fraction) };
  }
  const near = [before, after].find((mark) => mark !== undefined && Math.abs(mark.time - time) <= sampling / 2);
  return near && { mark: near, box: near.box };
}

function between(a: Box, b: Box, fraction: number): Box {
  const mix = (from: number, to: number) => from + (to - from) * fraction;
  return { x1: mix(a.x1, b.x1), y1: mix(a.y1, b.y1), x2: mix(a.x2, b.x2), y2: mix(a.y2, b.y2) };
}
