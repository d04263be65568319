import type { TextRange } from "../types.ts";
import type { RawMark } from "./walk.ts";
import { toRawBox } from "./numbers.ts";

/** Marks outside of JSON: <points …>name</points>, and the <box> pairs of earlier Qwen-VL models. */

/** Longer tags and names are none. */
const longest = 20_000;

/** @param complete Whether a name that is not ended yet is all there will be. */
export function marksInMarkup(text: string, { start, end }: TextRange, complete: boolean): RawMark[] {
  return [...pointTags(text, { start, end }, complete), ...boxTags(text, { start, end })].sort((a, b) => a.start - b.start);
}

function pointTags(text: string, { start, end }: TextRange, complete: boolean): RawMark[] {
  const marks: RawMark[] = [];
  const opening = /<points?(?=[\s>])/gi;
  opening.lastIndex = start;
  let nextClosing = start;
  for (let match = opening.exec(text); match !== null && match.index < end; match = opening.exec(text)) {
    const tagEnd = text.indexOf(">", match.index);
    if (tagEnd < 0 || tagEnd >= end || tagEnd - match.index > longest) continue;
    const tag = text.slice(match.index + match[0].length, tagEnd);
    const isEmpty = tag.endsWith("/");
    if (nextClosing >= 0 && nextClosing < tagEnd) nextClosing = text.indexOf("</point", tagEnd);
    const closing = isEmpty ? tagEnd : nextClosing;
    const nameEnd = closing < 0 || closing - tagEnd > longest ? (complete ? endOfLine(text, tagEnd, end) : -1) : closing;
    const coordinates = coordinatesOf(tag);
    if (nameEnd < 0 || nameEnd > end || coordinates.length === 0) continue;
    const closingEnd = closing < 0 ? -1 : text.indexOf(">", closing);
    const range = { start: match.index, end: isEmpty ? tagEnd + 1 : closingEnd < 0 ? nameEnd : closingEnd + 1 };
    const label = (isEmpty ? "" : text.slice(tagEnd + 1, nameEnd).trim()) || attribute(tag, "alt") || attribute(tag, "label") || attribute(tag, "name");
    coordinates.forEach((point, index) =>
      marks.push({
        ...range,
        id: index === 0 ? `mark-${match.index}` : `mark-${match.index}-${index}`,
        place: { kind: "point", point, ...range },
        label,
        attributes: [],
        isText: false,
        medium: undefined,
        time: undefined,
      }),
    );
    opening.lastIndex = tagEnd;
  }
  return marks;
}

function endOfLine(text: string, from: number, end: number): number {
  const newline = text.indexOf("\n", from);
  return newline < 0 ? end : Math.min(newline, end);
}

function attribute(tag: string, name: string): string {
  return (new RegExp(`\\b${name}\\s?=\\s?["']([^"']*)["']`, "i").exec(tag)?.[1] ?? "").trim();
}

/** x="1" y="2", x1="1" y1="2" x2=…, or bare pairs of numbers. */
function coordinatesOf(tag: string): [number, number][] {
  const bare = tag.replace(/\b(?!x\d*\b|y\d*\b)\w+\s?=\s?(?:"[^"]*"|'[^']*')/gi, " ");
  const named = [...bare.matchAll(/\b[xy]\d*\s?=\s?["']?\s?(-?\d+(?:\.\d+)?)/gi)].map((match) => Number(match[1]));
  const numbers = named.length > 0 ? named : (bare.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number);
  const pairs: [number, number][] = [];
  for (let index = 0; index + 1 < numbers.length; index += 2) pairs.push([numbers[index] ?? 0, numbers[index + 1] ?? 0]);
  return pairs;
}

const corner = String.raw`\s?[([]\s?(-?\d{1,5}(?:\.\d+)?)\s?,\s?(-?\d{1,5}(?:\.\d+)?)\s?[)\]]`;
const boxTag = new RegExp(
  String.raw`(?:(?:<ref>|<\|object_ref_start\|>)([^<]{0,300})(?:</ref>|<\|object_ref_end\|>)\s{0,4})?((?:(?:<box>|<\|box_start\|>)${corner}\s?,?${corner}\s?(?:</box>|<\|box_end\|>)\s?)+)`,
  "g",
);
const oneBox = new RegExp(`${corner}\\s?,?${corner}`, "g");

function boxTags(text: string, { start, end }: TextRange): RawMark[] {
  if (!text.includes("</box>", start) && !text.includes("<|box_end|>", start)) return [];
  return [...text.slice(start, end).matchAll(boxTag)].flatMap((match) => {
    const boxes = [...(match[2] ?? "").matchAll(oneBox)];
    const at = start + match.index;
    const range = { start: at, end: at + match[0].trimEnd().length };
    return boxes.flatMap((box, index): RawMark[] => {
      const raw = toRawBox(box.slice(1, 5).map(Number));
      const id = index === 0 ? `mark-${at}` : `mark-${at}-${index}`;
      return raw ? [{ ...range, id, place: { kind: "box", box: raw, ...range }, label: (match[1] ?? "").trim(), attributes: [], isText: false, medium: undefined, time: undefined }] : [];
    });
  });
}
