import type { ClipEvent } from "../results/types.ts";
import type { TimedMark } from "./tracks.ts";

/** What an answer found in a clip, as files for other programs. */

export type ExportFormat = "srt" | "vtt" | "csv" | "json";
export const exportFormats: readonly ExportFormat[] = ["srt", "vtt", "csv", "json"];

export const exportTypes: Readonly<Record<ExportFormat, string>> = {
  srt: "application/x-subrip",
  vtt: "text/vtt",
  csv: "text/csv",
  json: "application/json",
};

export interface Findings {
  events: readonly ClipEvent[];
  marks: readonly TimedMark[];
}

export function exportFindings(format: ExportFormat, findings: Findings): string {
  switch (format) {
    case "srt":
      return toSrt(cuesOf(findings));
    case "vtt":
      return toVtt(cuesOf(findings));
    case "csv":
      return toCsv(findings);
    case "json":
      return toJson(findings);
  }
}

interface Cue {
  start: number;
  end: number;
  text: string;
}

/** A moment is shown for a second; a subtitle must be seen. Seconds. */
const shortest = 1;

/** In the order of time, as players want them. Without events: what is marked at each time. */
function cuesOf({ events, marks }: Findings): Cue[] {
  const cues = events.map(({ start, end, text }) => ({ start, end: end > start ? end : start + shortest, text }));
  if (cues.length === 0) {
    for (const [time, at] of Map.groupBy(marks, (mark) => mark.time)) {
      const text = [...new Set(at.map(({ label }) => label))].filter((label) => label !== "").join(", ");
      cues.push({ start: time, end: time + shortest, text });
    }
  }
  return cues.sort((a, b) => a.start - b.start || a.end - b.end);
}

function toSrt(cues: readonly Cue[]): string {
  return cues.map(({ start, end, text }, index) => `${index + 1}\n${stamp(start, ",")} --> ${stamp(end, ",")}\n${oneParagraph(text)}\n`).join("\n");
}

/** WebVTT, where "&" and "<" begin markup and an arrow begins a cue: https://www.w3.org/TR/webvtt1/#webvtt-cue-text */
function toVtt(cues: readonly Cue[]): string {
  const escaped = (text: string) => oneParagraph(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `WEBVTT\n\n${cues.map(({ start, end, text }) => `${stamp(start, ".")} --> ${stamp(end, ".")}\n${escaped(text)}\n`).join("\n")}`;
}

/** A blank line would end the cue. */
function oneParagraph(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, "\n");
}

/** hh:mm:ss and milliseconds. */
function stamp(seconds: number, point: "," | "."): string {
  const milliseconds = Math.round(seconds * 1000);
  const pad = (value: number, digits: number) => String(value).padStart(digits, "0");
  const [hours, minutes, rest] = [Math.floor(milliseconds / 3_600_000), Math.floor(milliseconds / 60_000) % 60, milliseconds % 60_000];
  return `${pad(hours, 2)}:${pad(minutes, 2)}:${pad(Math.floor(rest / 1000), 2)}${point}${pad(rest % 1000, 3)}`;
}

/** RFC 4180, events first; marks where there are any. */
function toCsv({ events, marks }: Findings): string {
  const rows =
    marks.length === 0
      ? [["start", "end", "event"], ...events.map(({ start, end, text }) => [seconds(start), seconds(end), text])]
      : [
          ["start", "end", "event", "x1", "y1", "x2", "y2"],
          ...events.map(({ start, end, text }) => [seconds(start), seconds(end), text, "", "", "", ""]),
          ...marks.map(({ time, label, box }) => [seconds(time), seconds(time), label, ...corners(box).map(String)]),
        ];
  return rows.map((row) => `${row.map(csvField).join(",")}\r\n`).join("");
}

/** A text that a spreadsheet would compute is made a text. */
function csvField(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** In the form that the model is asked for: seconds, and corners in thousandths of the sides. */
function toJson({ events, marks }: Findings): string {
  return `${JSON.stringify(
    {
      ...(events.length > 0 && { events: events.map(({ start, end, text }) => ({ start_time: round(start), end_time: round(end), event: text })) }),
      ...(marks.length > 0 && { marks: marks.map(({ kind, time, label, box }) => ({ time: round(time), label, ...place(kind, corners(box)) })) }),
    },
    null,
    2,
  )}\n`;
}

function place(kind: TimedMark["kind"], [x1, y1, x2, y2]: readonly number[]): object {
  return kind === "point" ? { point_2d: [x1, y1] } : { bbox_2d: [x1, y1, x2, y2] };
}

function corners({ x1, y1, x2, y2 }: TimedMark["box"]): number[] {
  return [x1, y1, x2, y2].map((side) => Math.round(side * 1000));
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function seconds(value: number): string {
  return String(round(value));
}
