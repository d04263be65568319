import type { Box, Point } from "../types.ts";
import type { JsonNode } from "./json.ts";

/** Times and coordinates in the many forms in which answers give them. */

/**
 * Seconds of "12.5", "12.5s", "<1.5 seconds>", "mm:ss.ff", "hh:mm:ss,fff" and full-width forms; undefined for anything else.
 */
export function parseTime(text: string): number | undefined {
  if (text.length > 40) return undefined;
  const plain = text.normalize("NFKC").trim().replace(/^<|>$/g, "").trim();
  const clock = /^(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:[.,]\d+)?)$/.exec(plain);
  if (clock) return Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number((clock[3] ?? "0").replace(",", "."));
  const units = /^(?:(\d+)\s*(?:h|hours?|小时|时))?\s*(?:(\d+)\s*(?:m|min|minutes?|分钟|分))?\s*(?:(\d+(?:\.\d+)?)\s*(?:s|secs?|seconds?|秒钟?)?)?$/i.exec(plain);
  if (!units || plain === "") return undefined;
  return Number(units[1] ?? 0) * 3600 + Number(units[2] ?? 0) * 60 + Number(units[3] ?? 0);
}

const timePattern = String.raw`<?\s*(?:\d{1,3}:){1,2}\d{1,2}(?:[.,]\d+)?\s*>?|<?\s*\d+(?:\.\d+)?\s*(?:s|secs?|seconds?|秒)?\s*>?`;
const rangePattern = new RegExp(String.raw`^\s*[[(【]?\s*(${timePattern})\s*(?:-|–|—|−|~|～|→|->|-->|to|至|到)\s*(${timePattern})\s*[\])】]?\s*$`, "i");

/** "mm:ss.ff - mm:ss.ff" and its variants; start ≤ end. */
export function parseTimeRange(text: string): { start: number; end: number } | undefined {
  if (text.length > 80) return undefined;
  const match = rangePattern.exec(text.normalize("NFKC"));
  const start = parseTime(match?.[1] ?? "");
  const end = parseTime(match?.[2] ?? "");
  if (start === undefined || end === undefined) return undefined;
  return { start: Math.min(start, end), end: Math.max(start, end) };
}

/** A time in whatever form a value has. */
export function timeOf(node: JsonNode | undefined): number | undefined {
  if (node?.kind === "number") return node.value >= 0 ? node.value : undefined;
  if (node?.kind === "string" || node?.kind === "word") return parseTime(node.value);
  return undefined;
}

/** A number in whatever form a value has. */
export function numberOf(node: JsonNode | undefined): number | undefined {
  if (node?.kind === "number") return node.value;
  if (node?.kind !== "string" || !/^\s*[+-]?\d+(?:\.\d+)?\s*(?:px|%)?\s*$/.test(node.value)) return undefined;
  return parseFloat(node.value);
}

/** All numbers of a list (nested or not), of a string ("1 2 3 4", "(1,2),(3,4)") or of an object; undefined where anything else stands among them. */
export function numbersOf(node: JsonNode, depth = 0): number[] | undefined {
  if (depth > 3 || !node.closed) return undefined;
  switch (node.kind) {
    case "number":
      return [node.value];
    case "word":
      return undefined;
    case "string":
      return numbersInText(node.value);
    case "array": {
      const lists = node.items.map((item) => numbersOf(item, depth + 1));
      return lists.length > 0 && lists.every((list) => list !== undefined) ? lists.flat() : undefined;
    }
    case "object":
      return undefined;
  }
}

export function numbersInText(tagged: string): number[] | undefined {
  const text = tagged.slice(0, 401).replace(/<\/?[a-z|_]{1,20}>/gi, " ");
  if (text.length > 400 || !/^[\s\d.,;+()[\]<>，、；（）-]+$/.test(text)) return undefined;
  const numbers = text.match(/[+-]?\d+(?:\.\d+)?/g)?.map(Number);
  return numbers && numbers.length > 0 ? numbers : undefined;
}

/** As the answer wrote it: what its units are is known only when all of it was seen. */
export type RawBox = readonly [number, number, number, number];
export type RawPoint = readonly [number, number];

/** Two corners; more of them are a polygon, of which the bounding box is taken; a fifth number is a score. */
export function toRawBox(numbers: readonly number[]): RawBox | undefined {
  if (numbers.some((value) => !Number.isFinite(value))) return undefined;
  const [a, b, c, d] = numbers;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
  if (numbers.length <= 5) return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
  if (numbers.length % 2 !== 0 || numbers.length > 400) return undefined;
  const xs = numbers.filter((_, index) => index % 2 === 0);
  const ys = numbers.filter((_, index) => index % 2 === 1);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

export interface Units {
  x: number;
  y: number;
}

/** The model's coordinates: thousandths of each side. */
export const thousandths: Units = { x: 1000, y: 1000 };

/** The size of a picture in pixels, as uploaded and as the model saw it. */
export interface PictureSize {
  width: number;
  height: number;
  resizedWidth?: number;
  resizedHeight?: number;
}

/** How far over 1000 a coordinate may lie and still be a slip. */
const slip = 1.02;

/**
 * What the coordinates of an answer about one picture are relative to: thousandths, unless they exceed 1000 and fit into the
 * picture: then pixels, as Qwen2.5-VL wrote them; or, where all are fractions of one, the sides themselves.
 */
export function unitsOf(corners: readonly RawPoint[], size: PictureSize | undefined): Units {
  let x = 0;
  let y = 0;
  let fractions = false;
  for (const corner of corners) {
    x = Math.max(x, corner[0]);
    y = Math.max(y, corner[1]);
    fractions ||= !Number.isInteger(corner[0]) || !Number.isInteger(corner[1]);
  }
  if (fractions && x <= 1 && y <= 1) return { x: 1, y: 1 };
  if (size === undefined || (x <= 1000 * slip && y <= 1000 * slip)) return thousandths;
  const { width, height, resizedWidth = width, resizedHeight = height } = size;
  if (x <= width * slip && y <= height * slip) return { x: width, y: height };
  if (x <= resizedWidth * slip && y <= resizedHeight * slip) return { x: resizedWidth, y: resizedHeight };
  return thousandths;
}

const clamp = (value: number): number => Math.min(Math.max(value, 0), 1);

/** Relative to the sides; undefined where nothing of it lies on the picture. */
export function toBox([x1, y1, x2, y2]: RawBox, units: Units): Box | undefined {
  const box = { x1: clamp(x1 / units.x), y1: clamp(y1 / units.y), x2: clamp(x2 / units.x), y2: clamp(y2 / units.y) };
  const [flatX, flatY] = [box.x1 === box.x2, box.y1 === box.y2];
  // Nothing was left of it, or nothing was there.
  return (flatX && x1 !== x2) || (flatY && y1 !== y2) || (flatX && flatY) ? undefined : box;
}

/** Relative to the sides; undefined where it lies clearly outside. */
export function toPoint([x, y]: RawPoint, units: Units): Point | undefined {
  const near = (value: number, unit: number) => value >= unit * (1 - slip) && value <= unit * slip;
  return near(x, units.x) && near(y, units.y) ? { x: clamp(x / units.x), y: clamp(y / units.y) } : undefined;
}
