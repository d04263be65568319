import type { PageDocument, TextRange } from "../types.ts";
import type { Fence } from "./regions.ts";
import { numbersInText, thousandths, toBox, toRawBox } from "./numbers.ts";
import { readTags, type Tag } from "./tags.ts";

/** Pages turned into HTML (data-bbox) or Markdown (comments with the place of a picture or table). */

type Part = PageDocument["parts"][number];

/** The page in an answer, or undefined where nothing in it says where its parts lie. */
export function findDocument(text: string, start: number, fences: readonly Fence[]): PageDocument | undefined {
  return htmlDocument(text, start, fences) ?? markdownDocument(text, start, fences);
}

function htmlDocument(text: string, start: number, fences: readonly Fence[]): PageDocument | undefined {
  const first = text.indexOf("data-bbox", start);
  if (first < 0) return undefined;
  const fence = fences.find(({ content }) => first >= content.start && first < content.end);
  const range = trim(text, fence?.content ?? htmlRange(text, start, first));
  const parts = readTags(text, range).flatMap(toPart);
  return parts.length === 0 ? undefined : { range, format: "html", source: text.slice(range.start, range.end), parts };
}

/** HTML that stands in the answer without fences: from its first tag to its last. */
function htmlRange(text: string, start: number, first: number): TextRange {
  const opening = /<(?:!doctype|[a-z])/gi;
  opening.lastIndex = start;
  const from = Math.min(opening.exec(text)?.index ?? first, first);
  const last = text.lastIndexOf("</");
  const closed = last < first ? -1 : text.indexOf(">", last);
  // What follows the last closing tag is prose only when it is no tag that is being written.
  return { start: from, end: closed < 0 || text.includes("<", closed) ? text.length : closed + 1 };
}

function toPart(tag: Tag): Part[] {
  const numbers = numbersInText(tag.attributes.get("data-bbox") ?? "");
  const raw = numbers && toRawBox(numbers);
  const box = raw && toBox(raw, thousandths);
  const kind = tag.attributes.get("class")?.trim().split(/\s+/)[0]?.toLowerCase();
  return box ? [{ id: `part-${tag.start}`, kind: kind === undefined || kind === "" ? tag.name : kind, box, range: { start: tag.start, end: tag.end } }] : [];
}

const comment = /<!--\s{0,8}([\p{L}][\p{L}\p{N} _-]{0,40}?)\s{0,4}[:：]?\s{0,4}[([（]([\s\d.,，-]{3,80})[)\]）]\s{0,8}-->/gu;

function markdownDocument(text: string, start: number, fences: readonly Fence[]): PageDocument | undefined {
  comment.lastIndex = start;
  const matches = text.includes("<!--", start) ? [...text.slice(start).matchAll(comment)] : [];
  const parts = matches.flatMap((match): Part[] => {
    const numbers = numbersInText(match[2] ?? "");
    const raw = numbers?.length === 4 ? toRawBox(numbers) : undefined;
    const box = raw && toBox(raw, thousandths);
    const at = start + match.index;
    return box ? [{ id: `part-${at}`, kind: (match[1] ?? "").trim().toLowerCase(), box, range: { start: at, end: at + match[0].length } }] : [];
  });
  const [first] = parts;
  if (first === undefined) return undefined;
  // Each page may be in a block of code of its own.
  const blocks = fences.filter(({ content }) => parts.some(({ range: place }) => place.start >= content.start && place.start < content.end));
  const [from, to] = [blocks[0], blocks.at(-1)];
  const fenced = from && to && first.range.start >= from.content.start ? { start: from.content.start, end: to.content.end } : undefined;
  const range = trim(text, fenced ?? { start, end: text.length });
  const inside = parts.filter((part) => part.range.start >= range.start && part.range.end <= range.end);
  return { range, format: "markdown", source: text.slice(range.start, range.end), parts: inside };
}

function trim(text: string, { start, end }: TextRange): TextRange {
  while (start < end && /\s/.test(text[start] ?? "")) start++;
  while (end > start && /\s/.test(text[end - 1] ?? "")) end--;
  return { start, end };
}
