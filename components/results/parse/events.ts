import type { ClipEvent, TextRange } from "../types.ts";
import { labelEntry, labelOf, normalizeKey, textOf } from "./fields.ts";
import type { JsonEntry, JsonNode } from "./json.ts";
import { parseTime, parseTimeRange, timeOf } from "./numbers.ts";

/** Events of a clip, in JSON and in lines of prose. */

const startKeys = new Set(["start", "starttime", "startsec", "startseconds", "starttimestamp", "begin", "begintime", "from", "开始", "开始时间", "起始时间"]);
const endKeys = new Set(["end", "endtime", "endsec", "endseconds", "endtimestamp", "finish", "stop", "to", "结束", "结束时间"]);
const spanKeys = new Set(["time", "times", "timestamp", "timestamps", "timerange", "timespan", "timeinterval", "interval", "segment", "span", "period", "时间", "时间段"]);
const instantKeys = new Set(["time", "timestamp", "t", "timesec", "timeseconds", "seconds", "second", "frametime", "sec", "时间", "时间戳"]);
const textKeys = ["event", "description", "caption", "text", "label", "activity", "action", "title", "summary", "content", "name", "事件", "描述"];

/** Where an object says at which time it is seen. */
export function timeEntry(entries: readonly JsonEntry[]): JsonEntry | undefined {
  return entries.find(({ key, value }) => instantKeys.has(normalizeKey(key)) && timeOf(value) !== undefined);
}

/** "1.0", "1.0s", "00:01.50", "time 1.0": a key that groups what is seen at that time. */
export function isTimeKey(key: string): boolean {
  const bare = key.replace(/^(?:time|t|frame)[\s_:=-]*/i, "");
  return parseTime(bare) !== undefined && /[:.s秒<]/i.test(bare);
}

/** An object with a start and an end. */
export function eventOf(entries: readonly JsonEntry[]): { start: number; end: number; text: string } | undefined {
  const span = spanOf(entries);
  if (span === undefined) return undefined;
  const rest = entries.filter((entry) => !span.entries.includes(entry));
  const named = textKeys.map((name) => rest.find(({ key }) => normalizeKey(key) === name)).find((entry) => entry !== undefined);
  const entry = named ?? labelEntry(rest, false);
  return { start: Math.min(span.start, span.end), end: Math.max(span.start, span.end), text: entry ? labelOf(entry.value) : "" };
}

function spanOf(entries: readonly JsonEntry[]): { start: number; end: number; entries: readonly JsonEntry[] } | undefined {
  const first = entries.find(({ key }) => startKeys.has(normalizeKey(key)));
  const last = entries.find(({ key }) => endKeys.has(normalizeKey(key)));
  const start = timeOf(first?.value);
  const end = timeOf(last?.value);
  if (first && last && start !== undefined && end !== undefined) return { start, end, entries: [first, last] };
  for (const entry of entries) {
    const span = spanKeys.has(normalizeKey(entry.key)) ? spanOfValue(entry.value) : undefined;
    if (span) return { ...span, entries: [entry] };
  }
  return undefined;
}

function spanOfValue(value: JsonNode): { start: number; end: number } | undefined {
  if (value.kind === "string") return parseTimeRange(value.value);
  if (value.kind !== "array" || value.items.length !== 2) return undefined;
  const start = timeOf(value.items[0]);
  const end = timeOf(value.items[1]);
  return start === undefined || end === undefined ? undefined : { start, end };
}

/** What is said of a time: a text, a list of texts, or an object with one. */
export function eventText(value: JsonNode): string | undefined {
  if (value.kind !== "object") return textOf(value);
  const named = textKeys.map((name) => value.entries.find(({ key }) => normalizeKey(key) === name)).find((entry) => entry !== undefined);
  return named ? labelOf(named.value) : labelOf(value);
}

const clock = String.raw`<?(?:\d{1,3}:){1,2}\d{1,2}(?:[.,]\d{1,3})?>?|<\d+(?:\.\d+)? seconds>|\d+(?:\.\d+)?\s?(?:s|seconds|秒)`;
const eventLine = new RegExp(
  String.raw`^[\s>]{0,12}(?:[-*+•|]|\d{1,3}[.)])?\s{0,4}(?:\*\*|__)?(?:from|从)?\s?[[(【]?\s?(${clock})\s?(?:-|–|—|~|→|-->|to|至|到)\s?(${clock})\s?[\])】]?(?:\*\*|__)?\s{0,4}[|:：,，–—-]?\s{0,4}(.*)$`,
  "i",
);

/** "- 00:01.00 - 00:04.50: A car turns left." and the like, line by line; a line counts when it is whole. */
export function eventsInProse(text: string, { start, end }: TextRange, complete: boolean): ClipEvent[] {
  const events: ClipEvent[] = [];
  for (let at = start; at < end; ) {
    const newline = text.indexOf("\n", at);
    const lineEnd = newline < 0 || newline >= end ? end : newline;
    const whole = lineEnd < end || complete;
    const match = whole && lineEnd - at < 2000 && /\d/.test(text.slice(at, Math.min(lineEnd, at + 40))) ? eventLine.exec(text.slice(at, lineEnd).trimEnd()) : null;
    const from = parseTime(match?.[1] ?? "");
    const to = parseTime(match?.[2] ?? "");
    if (match && from !== undefined && to !== undefined) {
      const words = (match[3] ?? "").replace(/^\*\*\s?|^[:：]\s?|[\s|]+$/g, "").replace(/^[:：]\s*/, "");
      events.push({ id: `event-${at}`, range: { start: at, end: lineEnd }, start: Math.min(from, to), end: Math.max(from, to), text: words });
    }
    at = lineEnd + 1;
  }
  return events;
}
