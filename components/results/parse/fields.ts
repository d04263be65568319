import type { TextRange } from "../types.ts";
import type { JsonEntry, JsonNode } from "./json.ts";
import { numberOf, numbersOf, toRawBox, type RawBox, type RawPoint } from "./numbers.ts";

/** What the keys of an object mean: places, names, texts, and the rest. */

export type RawPlace = TextRange &
  ({ kind: "box"; box: RawBox } | { kind: "point"; point: RawPoint } | { kind: "box3d"; numbers: readonly number[] });

/** "bbox_2d", "BBox2D" and "bbox-2d" are the same key. */
export function normalizeKey(key: string): string {
  return key.normalize("NFKC").toLowerCase().replace(/[\s_.-]+/g, "");
}

const boxKeys = new Set([
  "bbox2d", "bbox", "box2d", "box", "boundingbox", "boundingbox2d", "bndbox", "bboxes", "bboxes2d", "bboxs", "boxes", "boundingboxes", "xyxy", "quad", "polygon", "poly", "rect", "rectangle", "边界框", "坐标框", "框",
]);
const pointKeys = new Set(["point2d", "point", "points2d", "points", "keypoint", "keypoints", "center", "centerpoint", "点", "坐标点"]);
const box3dKeys = new Set(["bbox3d", "box3d", "3dbbox", "3dbox", "boundingbox3d", "bbox3ds", "bboxes3d"]);
/** A box or a point, by the count of numbers. */
const placeKeys = new Set(["coordinates", "coordinate", "coords", "coord", "position", "location", "region", "area", "loc", "pos", "坐标", "位置"]);
const sizeKeys = new Set(["xywh", "bboxxywh"]);

/** Whether a key says by its name that a place follows. */
export function isPlaceKey(key: string): boolean {
  const name = normalizeKey(key);
  return boxKeys.has(name) || pointKeys.has(name) || box3dKeys.has(name) || placeKeys.has(name) || sizeKeys.has(name);
}

/** The places that one entry gives; none where it is no place after all ("position": "left"). */
export function readPlaces({ key, value }: JsonEntry): RawPlace[] {
  const name = normalizeKey(key);
  if (!value.closed) return [];
  if (box3dKeys.has(name)) return readLists(value, readBox3d);
  if (boxKeys.has(name)) return readLists(value, readBox);
  if (sizeKeys.has(name)) return readLists(value, readSized);
  if (pointKeys.has(name) || placeKeys.has(name)) return readLists(value, boxOfSides(entriesOf(value)) ? readBox : readEither);
  return [];
}

type Read = (node: JsonNode, numbers: readonly number[] | undefined) => RawPlace | undefined;

/** One place, or a list of them. Pairs that are no places of their own are the corners of one: [[x1, y1], [x2, y2]]. */
function readLists(node: JsonNode, read: Read): RawPlace[] {
  if (node.kind === "array" && node.items.length > 0 && node.items.every(({ kind }) => kind !== "number" && kind !== "word")) {
    const each = node.items.map((item) => read(item, numbersOf(item)));
    if (each.every((place) => place !== undefined)) return each;
  }
  const place = read(node, numbersOf(node));
  return place === undefined ? [] : [place];
}

const readBox: Read = (node, numbers) => {
  const box = numbers === undefined ? boxOfSides(entriesOf(node)) : toRawBox(numbers);
  return box && { kind: "box", box, start: node.start, end: node.end };
};

const readSized: Read = (node, numbers) => {
  const [x, y, width, height] = numbers ?? [];
  if (x === undefined || y === undefined || width === undefined || height === undefined) return undefined;
  const box = toRawBox([x, y, x + width, y + height]);
  return box && { kind: "box", box, start: node.start, end: node.end };
};

const readPoint: Read = (node, numbers) => {
  const [x, y] = numbers ?? pointOfSides(entriesOf(node)) ?? [];
  if (x === undefined || y === undefined || (numbers?.length ?? 0) > 3) return undefined;
  return { kind: "point", point: [x, y], start: node.start, end: node.end };
};

const readEither: Read = (node, numbers) => readPoint(node, numbers) ?? readBox(node, numbers);

const readBox3d: Read = (node, numbers) =>
  numbers !== undefined && (numbers.length === 9 || numbers.length === 7) ? { kind: "box3d", numbers, start: node.start, end: node.end } : undefined;

function entriesOf(node: JsonNode): readonly JsonEntry[] {
  return node.kind === "object" ? node.entries : [];
}

const sides = {
  x1: ["x1", "xmin", "left", "x0"],
  y1: ["y1", "ymin", "top", "y0"],
  x2: ["x2", "xmax", "right"],
  y2: ["y2", "ymax", "bottom"],
  x: ["x", "cx", "xcenter"],
  y: ["y", "cy", "ycenter"],
  width: ["width", "w"],
  height: ["height", "h"],
} as const;
const sideKeys = new Set<string>(Object.values(sides).flat());

/** Whether a key is one of the sides that `placeOfSides` reads. */
export function isSideKey(key: string): boolean {
  return sideKeys.has(normalizeKey(key));
}

function side(entries: readonly JsonEntry[], names: readonly string[]): number | undefined {
  const entry = entries.find(({ key }) => names.includes(normalizeKey(key)));
  return numberOf(entry?.value);
}

/** {"x1": …, "y1": …, "x2": …, "y2": …} and its variants; a corner with a size, too. */
function boxOfSides(entries: readonly JsonEntry[]): RawBox | undefined {
  const x1 = side(entries, sides.x1) ?? side(entries, ["x"]);
  const y1 = side(entries, sides.y1) ?? side(entries, ["y"]);
  if (x1 === undefined || y1 === undefined) return undefined;
  const width = side(entries, sides.width);
  const height = side(entries, sides.height);
  const x2 = side(entries, sides.x2) ?? (width === undefined ? undefined : x1 + width);
  const y2 = side(entries, sides.y2) ?? (height === undefined ? undefined : y1 + height);
  return x2 === undefined || y2 === undefined ? undefined : toRawBox([x1, y1, x2, y2]);
}

function pointOfSides(entries: readonly JsonEntry[]): RawPoint | undefined {
  const x = side(entries, sides.x);
  const y = side(entries, sides.y);
  return x === undefined || y === undefined ? undefined : [x, y];
}

/** The box of an object whose own keys are its sides. Two of them alone ({"x": 1, "y": 2}) are more often data than a place. */
export function placeOfSides(entries: readonly JsonEntry[], range: TextRange): RawPlace | undefined {
  const box = boxOfSides(entries);
  return box && { kind: "box", box, ...range };
}

const labelKeys = ["label", "labels", "name", "names", "class", "classname", "category", "categoryname", "object", "objectname", "objectlabel", "标签", "名称", "类别"];
const textKeys = ["textcontent", "text", "transcription", "content", "ocrtext", "textline", "line", "word", "文本", "文字", "文字内容", "内容"];
/** Strings that name nothing. */
const notNames = new Set(["id", "index", "idx", "time", "timestamp", "score", "confidence", "image", "img", "picture", "frame", "unit"]);

/** The text that was spotted, where an object is about text. */
export function textEntry(entries: readonly JsonEntry[]): JsonEntry | undefined {
  const found = textKeys.slice(0, 1).concat(entries.some(isStrictLabel) ? [] : textKeys.slice(1)).map((name) => entries.find(({ key }) => normalizeKey(key) === name));
  return found.find((entry) => entry !== undefined && (entry.value.kind === "string" || entry.value.kind === "number"));
}

function isStrictLabel({ key, value }: JsonEntry): boolean {
  return labelKeys.includes(normalizeKey(key)) && !isConstant(value);
}

function isConstant(value: JsonNode): boolean {
  return value.kind === "word" && /^(?:null|none|true|false|undefined)?$/i.test(value.value);
}

const attributeNames = new Set(["color", "colour", "type", "size", "shape", "material", "state", "status", "role", "gender", "action", "pose", "颜色", "类型", "大小", "形状"]);

/**
 * The entry that says what it is: a key that is made for it, or else the first one that holds words; where a name is inherited
 * from around the object, no mere attribute takes its place.
 */
export function labelEntry(entries: readonly JsonEntry[], inherited: boolean): JsonEntry | undefined {
  for (const name of labelKeys) {
    const entry = entries.find(({ key, value }) => normalizeKey(key) === name && !isConstant(value) && textOf(value) !== "");
    if (entry) return entry;
  }
  const words = entries.filter(
    ({ key, value }) => value.kind === "string" && value.value.trim() !== "" && numberOf(value) === undefined && !notNames.has(normalizeKey(key)),
  );
  return (
    words.find(({ key }) => /^(?:name|label)/.test(normalizeKey(key))) ??
    words.find(({ key }) => !attributeNames.has(normalizeKey(key))) ??
    (inherited ? undefined : words[0])
  );
}

/** The entry whose key alone says that it is a name. */
export function strictLabelEntry(entries: readonly JsonEntry[]): JsonEntry | undefined {
  return entries.find(isStrictLabel);
}

/** A name from whatever form it has: words, a list of words, or an object of which the first is taken. */
export function labelOf(node: JsonNode): string {
  if (node.kind === "object") return node.entries.map(({ value }) => labelOf(value)).find((text) => text !== "") ?? "";
  return textOf(node);
}

/** A value in words; objects within lists by their own values. */
export function textOf(node: JsonNode, depth = 0): string {
  switch (node.kind) {
    case "string":
      return node.value.trim();
    case "number":
      return node.text;
    case "word":
      return node.value === "null" || node.value === "None" ? "" : node.value;
    case "array":
      return depth > 6 ? "" : node.items.map((item) => textOf(item, depth + 1)).filter((text) => text !== "").join(", ");
    case "object":
      return depth > 6 ? "" : node.entries.map(({ key, value }) => `${key}: ${textOf(value, depth + 1)}`).join(", ");
  }
}

export interface Attribute {
  key: string;
  value: string;
}

/** Entries as attributes, nested objects by the path to their values. */
export function attributesOf(entries: readonly JsonEntry[], prefix = "", depth = 0): Attribute[] {
  return entries.flatMap(({ key, value }) => {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    if (value.kind === "object" && depth < 4) return attributesOf(value.entries, path, depth + 1);
    const text = textOf(value);
    return text === "" || (key === "" && !/[\p{L}\p{N}]/u.test(text)) ? [] : [{ key: path === "" ? "–" : path, value: text }];
  });
}
