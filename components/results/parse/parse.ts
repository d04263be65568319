import { clipAt, clipMentions, type ClipMention, type ClipNumbers } from "../../clips/clipMentions.ts";
import { noResults, type Box3dValues, type ClipEvent, type Mark, type Results, type TextRange } from "../types.ts";
import { findDocument } from "./documents.ts";
import { eventsInProse } from "./events.ts";
import { readJson, type JsonNode } from "./json.ts";
import { marksInMarkup } from "./markup.ts";
import { thousandths, toBox, toPoint, unitsOf, type PictureSize, type RawPoint, type Units } from "./numbers.ts";
import { findPreviews } from "./previews.ts";
import { answerStart, splitRegions } from "./regions.ts";
import { toActions, toZooms } from "./toolCalls.ts";
import { markId, mediumOfName, orderedBoxes, walk, type Found, type RawMark } from "./walk.ts";

/** A picture or clip of the question, as its upload describes it. Pixels and seconds. */
export interface MediumContext extends PictureSize {
  kind: "image" | "video";
}

export interface ResultsContext {
  /** The media of the question in the order in which the model got them. */
  media: readonly MediumContext[];
  /** Whether the answer has ended. */
  complete: boolean;
  /** Clips of the questions before: answers may number all of them. */
  clipsBefore?: number;
}

/** Longer answers are cut: no model writes so much, and the page must not stop. */
const longestAnswer = 1_000_000;

/**
 * What can be shown of an answer, or of the part of it that is written so far: objects appear as soon as they are whole. Takes
 * any text, never throws, in time proportional to its length. Coordinates are thousandths of the picture's sides; where they
 * exceed 1000 and fit the picture, pixels.
 */
export function parseResults(answer: string, { media, complete, clipsBefore = 0 }: ResultsContext): Results {
  const text = answer.slice(0, longestAnswer);
  const start = answerStart(text);
  if (!/[{[<]|\d:\d|```|~~~|bbox|point/.test(text.slice(start))) return noResults;
  const { fences, json, prose } = splitRegions(text, start, complete);
  const document = findDocument(text, start, fences);
  const clip = media.length === 0 || media.some(({ kind }) => kind === "video");
  const found: Found = { marks: [], events: [], calls: [] };
  const hints = new Hints(text, start, media);
  for (const region of json) {
    // The words of a page are no marks.
    if (document?.format === "html" && region.start >= document.range.start && region.end <= document.range.end) continue;
    for (const node of readJson(text, region)) {
      const inherited = hints.before(node);
      if (!addBareBoxes(text, node, inherited, found)) walk(node, inherited, { clip }, found);
    }
  }
  const clips = new Clips(text, start, { media, before: clipsBefore });
  const marks = [...found.marks, ...prose.flatMap((range) => marksInMarkup(text, range, complete))];
  const inProse = clip ? prose.flatMap((range) => eventsInProse(text, range, complete)) : [];
  const taken = new Set(found.events.map(({ id }) => id));
  const pictures = media.flatMap((size, medium) => (size.kind === "image" ? [{ medium, size }] : []));
  return {
    marks: toMarks(marks.map((mark) => clips.place(mark)), media),
    events: [...found.events, ...inProse.filter(({ id }) => !taken.has(id))].map((event) => clips.placeEvent(event)).sort(byPlace),
    document,
    actions: toActions(text, found.calls, { start, size: pictures.at(-1)?.size }),
    zooms: toZooms(found.calls, pictures),
    previews: findPreviews(text, fences, prose, complete),
  };
}

function byPlace(a: { range: TextRange }, b: { range: TextRange }): number {
  return a.range.start - b.range.start;
}

/** What the words in front of a list say of it: "Picture 2:", "<1.0 seconds>". */
class Hints {
  readonly #text: string;
  readonly #several: boolean;
  readonly #clip: boolean;
  #at: number;
  #medium: number | undefined;
  #time: number | undefined;

  constructor(text: string, start: number, media: readonly MediumContext[]) {
    this.#text = text;
    this.#at = start;
    this.#several = media.length > 1;
    this.#clip = media.some(({ kind }) => kind === "video");
  }

  before(node: JsonNode): { medium?: number; time?: number } {
    const words = this.#text.slice(Math.max(this.#at, node.start - 400), node.start);
    this.#at = node.end;
    if (this.#several) {
      const name = words.match(/(?:picture|image|photo|图片?|图像)[\s#]{0,2}\d{1,3}/gi)?.at(-1);
      this.#medium = (name === undefined ? undefined : mediumOfName(name)) ?? this.#medium;
    }
    if (this.#clip) {
      const seconds = /<(\d+(?:\.\d+)?) seconds>[^<]{0,40}$/.exec(words)?.[1];
      this.#time = seconds === undefined ? this.#time : Number(seconds);
    }
    return { ...(this.#medium !== undefined && { medium: this.#medium }), ...(this.#time !== undefined && { time: this.#time }) };
  }
}

/** Where there are several clips: which of them the answer speaks of. */
class Clips {
  readonly #text: string;
  readonly #start: number;
  readonly #media: readonly number[];
  readonly #numbers: ClipNumbers;
  readonly #mentions: readonly ClipMention[];

  constructor(text: string, start: number, { media, before }: { media: readonly MediumContext[]; before: number }) {
    this.#text = text;
    this.#start = start;
    this.#media = media.flatMap(({ kind }, index) => (kind === "video" ? [index] : []));
    this.#numbers = { count: this.#media.length, before };
    this.#mentions = clipMentions(text.slice(start), this.#numbers);
  }

  /** A mark with a time lies on the clip that was named last; so it stays with the first where none was. */
  place(mark: RawMark): RawMark {
    if (mark.medium !== undefined || mark.time === undefined) return mark;
    return { ...mark, medium: this.#mediumAt(mark.start) };
  }

  placeEvent(event: ClipEvent): ClipEvent {
    if (this.#media.length < 2) return event;
    const { start, end } = event.range;
    const key = /"(?:video|clip|视频)(?:[_ ]?(?:id|no|number|index))?"\s*:\s*"?[^"\d,}]{0,8}\d{1,2}/iu.exec(this.#text.slice(start, Math.min(end, start + 2000)))?.[0];
    const named = key === undefined ? undefined : clipMentions(key.replace(/"(?:[_ ]?(?:id|no|number|index))?"/g, " ").replace(/[_ ]?(?:id|no|number|index)\b/gi, ""), this.#numbers, { keys: true })[0]?.clip;
    const medium = named === undefined ? this.#mediumAt(start) : this.#media[named];
    return medium === undefined ? event : { ...event, medium };
  }

  #mediumAt(place: number): number | undefined {
    const clip = clipAt(this.#mentions, place - this.#start);
    return clip === undefined ? undefined : this.#media[clip];
  }
}

/** [x1, y1, x2, y2] without a key, alone or in a list: a box only where it is all that its block holds, or the words in front say so. */
function addBareBoxes(text: string, node: JsonNode, inherited: { medium?: number; time?: number }, found: Found): boolean {
  if (node.kind !== "array" || !node.closed) return false;
  const words = text.slice(Math.max(node.start - 60, 0), node.start);
  if (!/(?:```json\s*|^\s*)$/i.test(words) && !/(?:bbox|bounding box|\bbox\b|coordinates?|located at|坐标|位置|边界框|框)[^[\n]{0,20}$/i.test(words)) return false;
  const places = orderedBoxes(node);
  for (const place of places) {
    found.marks.push({ id: markId(place), place, label: "", attributes: [], isText: false, medium: inherited.medium, time: inherited.time, start: place.start, end: place.end });
  }
  return places.length > 0;
}

function toMarks(raw: readonly RawMark[], media: readonly MediumContext[]): Mark[] {
  const placed = raw.map((mark) => ({ mark, medium: mediumFor(mark, media) }));
  const units = new Map<number, Units>();
  for (const medium of new Set(placed.map((entry) => entry.medium))) {
    const corners = placed.filter((entry) => entry.medium === medium).flatMap(({ mark }) => cornersOf(mark));
    units.set(medium, unitsOf(corners, media[medium]));
  }
  return placed.flatMap(({ mark, medium }) => toMark(mark, medium, units.get(medium) ?? thousandths)).sort((a, b) => byPlace(a, b));
}

/** The one it names, or else the first of its kind: what has a time lies on a clip. */
function mediumFor({ medium, time }: RawMark, media: readonly MediumContext[]): number {
  if (medium !== undefined) return Math.min(medium, Math.max(media.length - 1, 0));
  const index = media.findIndex(({ kind }) => kind === (time === undefined ? "image" : "video"));
  return Math.max(index, 0);
}

function cornersOf({ place }: RawMark): RawPoint[] {
  switch (place.kind) {
    case "box":
      return [
        [place.box[0], place.box[1]],
        [place.box[2], place.box[3]],
      ];
    case "point":
      return [place.point];
    case "box3d":
      return [];
  }
}

function toMark(mark: RawMark, medium: number, units: Units): Mark[] {
  const { id, place, label, attributes, time } = mark;
  const base = { id, range: { start: mark.start, end: mark.end }, label, attributes, medium, ...(time !== undefined && { time }) };
  switch (place.kind) {
    case "box": {
      const box = toBox(place.box, units);
      return box ? [{ ...base, kind: mark.isText ? "text" : "box", box }] : [];
    }
    case "point": {
      const point = toPoint(place.point, units);
      return point ? [{ ...base, kind: "point", point }] : [];
    }
    case "box3d": {
      const values = toBox3d(place.numbers);
      return values ? [{ ...base, kind: "box3d", values }] : [];
    }
  }
}

/** Nine values; of seven the last is the turn about the vertical axis. */
function toBox3d(numbers: readonly number[]): Box3dValues | undefined {
  const [x, y, z, sx, sy, sz, a, b, c] = numbers;
  if (x === undefined || y === undefined || z === undefined || sx === undefined || sy === undefined || sz === undefined || a === undefined) return undefined;
  if (![x, y, z, sx, sy, sz].every(Number.isFinite)) return undefined;
  return b === undefined || c === undefined ? [x, y, z, sx, sy, sz, 0, a, 0] : [x, y, z, sx, sy, sz, a, b, c];
}
