import type { Element, ElementContent, Root, Text } from "hast";
import { clipAt, clipMentions, type NumberedClip } from "./clipMentions.ts";
import { findTimes, type FoundTime } from "./times.ts";

/** The clips of a question, and which of them the words begin with. */
export interface TimedClips {
  clips: readonly NumberedClip[];
  /** Of `clips`. */
  current: number;
  /** Clips of the questions before. */
  before: number;
}

/**
 * Puts each time of a clip that the words speak of into `<time data-clip data-seconds data-until>`, which TimeLink shows: in prose, in
 * tables, and in blocks of JSON and plain text. A time that goes over several elements ("**0:12**–0:15") becomes several.
 */
export function rehypeTimes(timed: TimedClips) {
  return (tree: Root): void => {
    let { current } = timed;
    for (const run of runsOf(tree)) current = link(run, { ...timed, current });
  };
}

/** Whether the same is found with both. */
export function sameClips(a: TimedClips | undefined, b: TimedClips | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.current === b.current && a.before === b.before && a.clips.length === b.clips.length && a.clips.every(({ index, duration }, at) => index === b.clips[at]?.index && duration === b.clips[at].duration);
}

/** Text with the list of nodes that it stands in. */
interface Piece {
  parent: Root | Element;
  text: Text;
}

/** Elements that end a line: no time goes over them. */
const blocks = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "td", "th", "tr", "table", "thead", "tbody", "blockquote", "pre", "br", "dd", "dt"]);
/** Languages of code in which times are times. */
export const readLanguages: ReadonlySet<string> = new Set(["json", "jsonl", "text", "txt", "plaintext", "srt", "vtt", "csv"]);

/** Pieces of text that are read in one go. */
function runsOf(tree: Root): Piece[][] {
  const runs: Piece[][] = [[]];
  const visit = (parent: Root | Element): void => {
    for (const child of parent.children) {
      if (child.type === "text") runs.at(-1)?.push({ parent, text: child });
      if (child.type !== "element" || isOpaque(child)) continue;
      const block = blocks.has(child.tagName);
      if (block) runs.push([]);
      visit(child);
      if (block) runs.push([]);
    }
  };
  visit(tree);
  return runs.filter((run) => run.length > 0);
}

/** Links are links already, formulas have no times, and code of a programming language only has what looks like some. */
function isOpaque({ tagName, properties }: Element): boolean {
  const classes = Array.isArray(properties.className) ? properties.className : [];
  if (tagName === "a" || tagName === "time" || classes.includes("katex")) return true;
  const language = classes.find((name) => typeof name === "string" && name.startsWith("language-"));
  return typeof language === "string" && !readLanguages.has(language.slice("language-".length));
}

/** @returns the clip that the next words are about */
function link(run: readonly Piece[], { clips, current, before }: TimedClips): number {
  const words = run.map(({ text }) => text.value).join("");
  const mentions = clipMentions(words, { count: clips.length, before }, { keys: true });
  const next = mentions.at(-1)?.clip ?? current;
  const times = findTimes(words, Math.max(...clips.map(({ duration }) => duration))).flatMap((time): ClipTime[] => {
    const clip = clips[clipAt(mentions, time.start) ?? current];
    return clip && time.seconds <= clip.duration + rounding ? [{ ...time, clip: clip.index }] : [];
  });
  if (times.length === 0) return next;
  let start = 0;
  for (const { parent, text } of run) {
    const end = start + text.value.length;
    const within = times.filter((time) => time.start < end && time.end > start);
    if (within.length > 0) replace(parent, text, cut(text.value, within, start));
    start = end;
  }
  return next;
}

/** A time may lie behind a clip's last frame by the model's rounding; seconds. */
const rounding = 0.5;

interface ClipTime extends FoundTime {
  /** Its index in the media of the question. */
  clip: number;
}

function cut(value: string, times: readonly ClipTime[], offset: number): ElementContent[] {
  const parts: ElementContent[] = [];
  let at = 0;
  const keep = (to: number): void => {
    if (to > at) parts.push({ type: "text", value: value.slice(at, to) });
  };
  for (const { start, end, seconds, until, clip } of times) {
    const from = Math.max(start - offset, 0);
    const to = Math.min(end - offset, value.length);
    keep(from);
    parts.push({
      type: "element",
      tagName: "time",
      properties: { dataClip: String(clip), dataSeconds: String(seconds), ...(until !== undefined && { dataUntil: String(until) }) },
      children: [{ type: "text", value: value.slice(from, to) }],
    });
    at = to;
  }
  keep(value.length);
  return parts;
}

function replace(parent: Root | Element, text: Text, parts: readonly ElementContent[]): void {
  const children: (Root | Element)["children"] = parent.children;
  const index = children.findIndex((child) => child === text);
  if (index >= 0) parent.children.splice(index, 1, ...parts);
}
