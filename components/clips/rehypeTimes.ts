import type { Element, ElementContent, Root, Text } from "hast";
import { findTimes, type FoundTime } from "./times.ts";

/**
 * Puts each time of a clip that the words speak of into `<time data-seconds data-until>`, which TimeLink shows: in prose, in
 * tables, and in blocks of JSON and plain text. A time that goes over several elements ("**0:12**–0:15") becomes several.
 */
export function rehypeTimes({ duration }: { duration: number }) {
  return (tree: Root): void => {
    for (const run of runsOf(tree)) link(run, duration);
  };
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

function link(run: readonly Piece[], duration: number): void {
  const times = findTimes(run.map(({ text }) => text.value).join(""), duration);
  if (times.length === 0) return;
  let start = 0;
  for (const { parent, text } of run) {
    const end = start + text.value.length;
    const within = times.filter((time) => time.start < end && time.end > start);
    if (within.length > 0) replace(parent, text, cut(text.value, within, start));
    start = end;
  }
}

function cut(value: string, times: readonly FoundTime[], offset: number): ElementContent[] {
  const parts: ElementContent[] = [];
  let at = 0;
  const keep = (to: number): void => {
    if (to > at) parts.push({ type: "text", value: value.slice(at, to) });
  };
  for (const { start, end, seconds, until } of times) {
    const from = Math.max(start - offset, 0);
    const to = Math.min(end - offset, value.length);
    keep(from);
    parts.push({
      type: "element",
      tagName: "time",
      properties: { dataSeconds: String(seconds), ...(until !== undefined && { dataUntil: String(until) }) },
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
