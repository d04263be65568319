import type { ClipEvent, TextRange } from "../types.ts";
import { eventOf, eventText, isTimeKey, timeEntry } from "./events.ts";
import { attributesOf, isPlaceKey, isSideKey, labelEntry, labelOf, normalizeKey, placeOfSides, readPlaces, strictLabelEntry, textEntry, textOf, type Attribute, type RawPlace } from "./fields.ts";
import type { JsonArray, JsonEntry, JsonNode, JsonObject } from "./json.ts";
import { numberOf, numbersOf, parseTime, parseTimeRange, timeOf, toRawBox } from "./numbers.ts";
import { toolCallOf, type ToolCall } from "./toolCalls.ts";

/** A mark before it is known what its coordinates are relative to. */
export interface RawMark extends TextRange {
  id: string;
  place: RawPlace;
  label: string;
  attributes: readonly Attribute[];
  isText: boolean;
  medium: number | undefined;
  time: number | undefined;
}

export interface Found {
  marks: RawMark[];
  events: ClipEvent[];
  calls: ToolCall[];
}

/** What an object takes over from what is around it. */
export interface Inherited {
  label?: string | undefined;
  time?: number | undefined;
  medium?: number | undefined;
}

export interface WalkOptions {
  /** Whether times are those of a clip; on pictures they are attributes. */
  clip: boolean;
}

/** Collects marks, events and tool calls from one JSON value, in the order of the text. */
export function walk(node: JsonNode, inherited: Inherited, options: WalkOptions, found: Found): void {
  if (node.kind === "array") walkArray(node, inherited, options, found);
  else if (node.kind === "object") walkObject(node, inherited, options, found);
}

function walkArray(node: JsonArray, inherited: Inherited, options: WalkOptions, found: Found): void {
  const labelled = node.closed ? labelledList(node) : undefined;
  if (labelled) {
    const { place, label } = labelled;
    found.marks.push({ id: markId(place), place, label, attributes: [], isText: false, medium: inherited.medium, time: inherited.time, start: node.start, end: node.end });
  } else for (const item of node.items) walk(item, inherited, options, found);
}

/** [x1, y1, x2, y2, "cup"], ["cup", [x1, y1, x2, y2]] and the like. */
function labelledList({ items, start, end }: JsonArray): { place: RawPlace; label: string } | undefined {
  const names = items.filter((item) => item.kind === "string" && numbersOf(item) === undefined);
  const rest = items.filter((item) => !names.includes(item));
  const [name] = names;
  if (name === undefined || names.length > 2 || rest.length === 0 || rest.length > 5) return undefined;
  const nested = rest.length === 1 && rest[0]?.kind === "array" ? rest[0] : undefined;
  const numbers = (nested?.items ?? rest).map((item) => numberOf(item));
  if (numbers.length < 4 || numbers.length > 5 || !numbers.every((value) => value !== undefined)) return undefined;
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = numbers;
  const box = x1 < x2 && y1 < y2 ? toRawBox(numbers) : undefined;
  return box && { place: { kind: "box", box, start: nested?.start ?? start, end: nested?.end ?? end }, label: textOf(name) };
}

function walkObject(node: JsonObject, inherited: Inherited, options: WalkOptions, found: Found): void {
  const call = toolCallOf(node);
  if (call) {
    found.calls.push(call);
    return;
  }
  const groups = splitGroups(node.entries);
  groups.forEach((entries, index) => {
    const last = index === groups.length - 1;
    const [first] = entries;
    const range = {
      start: index === 0 || first === undefined ? node.start : first.start,
      end: last ? node.end : (entries.at(-1)?.value.end ?? node.end),
    };
    // A repeated key shows that the group before it is whole.
    new Group(entries, range, node.closed || !last).walk(inherited, options, found);
  });
}

/** Where the brackets between two objects are missing, the second one repeats the key of the place. */
function splitGroups(entries: readonly JsonEntry[]): JsonEntry[][] {
  const groups: JsonEntry[][] = [[]];
  let keys = new Set<string>();
  for (const entry of entries) {
    const name = normalizeKey(entry.key);
    if (keys.has(name) && isPlaceKey(entry.key)) {
      groups.push([]);
      keys = new Set();
    }
    keys.add(name);
    groups.at(-1)?.push(entry);
  }
  return groups;
}

const generic = new Set([
  "", "objects", "object", "items", "results", "result", "detections", "detection", "data", "annotations", "annotation", "instances", "shapes", "elements", "children", "list", "answer", "output", "events", "frames", "frame", "predictions", "regions", "labels", "names", "marks", "entities", "boxes", "points", "arguments", "text", "texts", "lines", "words", "grounding", "locations", "结果", "物体", "对象",
]);

/** One object's entries. */
class Group {
  readonly #entries: readonly JsonEntry[];
  readonly #range: TextRange;
  readonly #closed: boolean;
  readonly #used = new Set<JsonEntry>();

  constructor(entries: readonly JsonEntry[], range: TextRange, closed: boolean) {
    this.#entries = entries;
    this.#range = range;
    this.#closed = closed;
  }

  walk(outer: Inherited, options: WalkOptions, found: Found): void {
    if (options.clip) this.#addEvents(found);
    const inherited = { ...outer, ...this.#place(options) };
    const places = this.#closed ? this.#places() : [];
    if (places.length > 0) this.#addMarks(places, inherited, found);
    else if (this.#addDictionary(inherited, found)) return;
    this.#walkChildren(places.length > 0, inherited, options, found);
  }

  #free(): JsonEntry[] {
    return this.#entries.filter((entry) => !this.#used.has(entry));
  }

  #addEvents(found: Found): void {
    for (const entry of this.#entries) {
      const range = parseTimeRange(entry.key);
      const text = range && entry.value.closed ? eventText(entry.value) : undefined;
      if (range === undefined || text === undefined) continue;
      this.#used.add(entry);
      found.events.push({ id: `event-${entry.start}`, range: { start: entry.start, end: entry.value.end }, ...range, text });
    }
    const event = this.#closed ? eventOf(this.#entries) : undefined;
    if (event) found.events.push({ id: `event-${this.#range.start}`, range: this.#range, ...event });
  }

  /** When and on which picture. */
  #place({ clip }: WalkOptions): Inherited {
    const own: Inherited = {};
    const time = clip ? timeEntry(this.#entries) : undefined;
    const seconds = time?.value.closed ? timeOf(time.value) : undefined;
    if (time && seconds !== undefined) {
      own.time = seconds;
      this.#used.add(time);
    }
    for (const { key, value } of this.#entries) {
      const medium = value.closed ? mediumOf(key, value) : undefined;
      if (medium !== undefined) own.medium = medium;
    }
    return own;
  }

  #places(): RawPlace[] {
    const places = this.#entries.flatMap((entry) => {
      const read = readPlaces(entry);
      if (read.length > 0) this.#used.add(entry);
      return read;
    });
    if (places.length > 0) return places;
    const ofSides = placeOfSides(this.#entries, this.#range);
    if (ofSides === undefined) return [];
    for (const entry of this.#entries) if (isSideKey(entry.key)) this.#used.add(entry);
    return [ofSides];
  }

  #addMarks(places: readonly RawPlace[], inherited: Inherited, found: Found): void {
    const inner = this.#free().filter(({ value }) => !holdsPlaces(value));
    const text = textEntry(inner);
    const entry = text ?? labelEntry(inner, inherited.label !== undefined);
    const labels = entry?.value.kind === "array" && places.length > 1 && entry.value.items.length === places.length ? entry.value.items.map(labelOf) : undefined;
    const label = entry ? labelOf(entry.value) : (inherited.label ?? "");
    const attributes = inner.flatMap((other) => (other === entry ? attributesOf([other]).slice(other.value.kind === "object" ? 1 : Infinity) : attributesOf([other])));
    places.forEach((place, index) =>
      found.marks.push({
        id: markId(place),
        place,
        label: labels?.[index] ?? label,
        attributes,
        isText: text !== undefined && place.kind === "box",
        medium: inherited.medium,
        time: inherited.time,
        ...(places.length === 1 ? this.#range : { start: place.start, end: place.end }),
      }),
    );
  }

  /** {"cup": [x1, y1, x2, y2], "fork": [[…], […]]}: names as keys, nothing but boxes as values. */
  #addDictionary(inherited: Inherited, found: Found): boolean {
    const whole = this.#entries.filter(({ value }) => value.closed);
    const boxes = whole.map(({ key, value }) => (isName(key) && value.kind === "array" ? orderedBoxes(value) : []));
    if (whole.length === 0 || boxes.some((list) => list.length === 0)) return false;
    whole.forEach(({ key, start, value }, index) => {
      const places = boxes[index] ?? [];
      for (const place of places) {
        const range = places.length === 1 ? { start, end: value.end } : { start: place.start, end: place.end };
        found.marks.push({ id: markId(place), place, label: key, attributes: [], isText: false, medium: inherited.medium, time: inherited.time, ...range });
      }
    });
    return true;
  }

  #walkChildren(marked: boolean, inherited: Inherited, options: WalkOptions, found: Found): void {
    const own = strictLabelEntry(this.#entries);
    const name = own?.value.closed ? labelOf(own.value) : "";
    for (const { key, value } of this.#free()) {
      if (value.kind !== "array" && value.kind !== "object") continue;
      if (marked && !holdsPlaces(value)) continue;
      const child: Inherited = { ...inherited, medium: mediumOf(key, value) ?? mediumOfName(key) ?? inherited.medium };
      if (options.clip && isTimeKey(key)) child.time = parseTime(key.replace(/^(?:time|t|frame)[\s_:=-]*/i, ""));
      else if (isName(key) && mediumOfName(key) === undefined) child.label = key;
      else if (name !== "") child.label = name;
      walk(value, child, options, found);
    }
  }
}

function isName(key: string): boolean {
  return !generic.has(normalizeKey(key)) && /\p{L}/u.test(key) && !isPlaceKey(key) && key.length <= 80 && parseTime(key) === undefined;
}

/** Lists of four numbers that can only be corners in their order. */
export function orderedBoxes(node: JsonArray): RawPlace[] {
  const lists = node.items.every(({ kind }) => kind === "array") ? node.items : [node];
  const places = lists.flatMap((list): RawPlace[] => {
    const numbers = list.kind === "array" && list.items.length === 4 ? numbersOf(list) : undefined;
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = numbers ?? [];
    const box = numbers?.length === 4 && x1 < x2 && y1 < y2 ? toRawBox(numbers) : undefined;
    return box ? [{ kind: "box", box, start: list.start, end: list.end }] : [];
  });
  return places.length === lists.length ? places : [];
}

function holdsPlaces(node: JsonNode): boolean {
  if (node.kind === "array") return node.items.some(holdsPlaces);
  return node.kind === "object" && node.entries.some((entry) => (isPlaceKey(entry.key) && readPlaces(entry).length > 0) || holdsPlaces(entry.value));
}

/** Which picture: indices count from 0, numbers and names ("Picture 2") from 1. */
function mediumOf(key: string, value: JsonNode): number | undefined {
  const name = normalizeKey(key);
  const number = numberOf(value);
  if (/^(?:img|image|picture|medium|media|page|video)(?:idx|index)$/.test(name)) return number !== undefined && number >= 0 ? Math.floor(number) : undefined;
  if (!/^(?:img|image|picture|pic|photo|图|图片|图像)(?:id|number|no)?$/.test(name)) return undefined;
  if (number !== undefined) return Math.max(Math.floor(number) - 1, 0);
  return value.kind === "string" ? mediumOfName(value.value) : undefined;
}

export function mediumOfName(name: string): number | undefined {
  const number = /^\s*(?:picture|image|img|photo|图片?|图像)[\s_#-]{0,3}(\d{1,3})\s*$/i.exec(name.slice(0, 40))?.[1];
  return number === undefined ? undefined : Math.max(Number(number) - 1, 0);
}

export function markId({ start }: TextRange): string {
  return `mark-${start}`;
}
