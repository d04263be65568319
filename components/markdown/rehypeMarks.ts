import type { Element, ElementContent, Root, RootContent, Text } from "hast";
import type { PlacedRange } from "./place.ts";

/**
 * Puts each named part of a block, but for code blocks, into `<mark data-mark="id">`, which components/markdown/MarkSpan.tsx shows. Places are those
 * of the source, so it runs on the tree as it came from the Markdown. A part that begins or ends within
 * an element becomes several marks of the same name.
 */
export function rehypeMarks({ source, ranges }: { source: string; ranges: readonly PlacedRange[] }) {
  return (tree: Root): void => {
    if (ranges.length === 0) return;
    showRaw(tree);
    const places = new Places(source);
    places.read(tree.children);
    wrapAll(tree, ranges, places);
  };
}

/** The same for the words of highlighted code, whose places are counted from its beginning. */
export function markCode(tree: Root, ranges: readonly PlacedRange[]): void {
  if (ranges.length === 0) return;
  const places = new Places("");
  places.readInTurn(tree.children, 0);
  wrapAll(tree, ranges, places);
}

/** Where the named parts of a block lie within a code block of it. */
export function rangesInCode(block: string, code: Element, ranges: readonly PlacedRange[]): PlacedRange[] {
  const start = code.position?.start.offset;
  const end = code.position?.end.offset;
  if (start === undefined || end === undefined || ranges.length === 0) return [];
  const value = textsOf(code).map((text) => text.value).join("");
  const source = block.slice(start, end);
  const shift = source.indexOf(value.replace(/\n$/, ""));
  const offsets = shift < 0 ? align(source, value, 0) : undefined;
  const place = (at: number): number => {
    if (!offsets) return Math.min(Math.max(at - start - shift, 0), value.length);
    const index = offsets.findIndex((offset) => offset >= at - start);
    return index < 0 ? value.length : index;
  };
  return ranges.map((range) => ({ id: range.id, start: place(range.start), end: place(range.end) })).filter((range) => range.start < range.end);
}

/** Outer parts first, so that those within find their place inside. */
function wrapAll(tree: Root, ranges: readonly PlacedRange[], places: Places): void {
  const ordered = ranges.toSorted((a, b) => a.start - b.start || b.end - a.end);
  for (const range of ordered) wrap(tree, range, places);
}

type Parent = Root | Element;
type Content = RootContent | ElementContent;
interface Extent {
  start: number;
  end: number;
}

/** Elements that a span may hold. */
const phrasing = new Set(["a", "b", "br", "code", "del", "em", "i", "img", "mark", "s", "span", "strong", "sub", "sup", "u"]);

function wrap(parent: Parent, range: PlacedRange, places: Places): void {
  const result: Content[] = [];
  let group: ElementContent[] = [];
  const close = (): void => {
    if (group.length > 0 && group.some((node) => node.type !== "text" || node.value.trim() !== "")) {
      const span: Element = { type: "element", tagName: "mark", properties: { dataMark: range.id }, children: group };
      places.cover(span, group);
      result.push(span);
    } else result.push(...group);
    group = [];
  };
  let changed = false;
  for (const child of parent.children) {
    const extent = places.of(child);
    if (extent === undefined || extent.end <= range.start || extent.start >= range.end) {
      close();
      result.push(child);
      continue;
    }
    changed = true;
    const covered = extent.start >= range.start && extent.end <= range.end;
    if (child.type === "text") {
      const [before, inside, after] = places.cut(child, range);
      if (before) result.push(before);
      if (inside) group.push(inside);
      if (after) {
        close();
        result.push(after);
      }
    } else if (child.type === "element" && covered && isPhrasing(child)) {
      group.push(child);
    } else {
      close();
      if (child.type === "element" && !isAtomic(child)) wrap(child, range, places);
      result.push(child);
    }
  }
  close();
  // What was in the list is in it still, or in a span of it.
  if (changed) parent.children = result;
}

function isPhrasing(node: Element): boolean {
  return phrasing.has(node.tagName) && !(node.tagName === "span" && isAtomic(node) && classes(node).includes("katex-display"));
}

/** Formulas: their parts have no places. */
function isAtomic(node: Element): boolean {
  return classes(node).some((name) => name === "katex" || name === "katex-display" || name === "katex-error");
}

function classes({ properties }: Element): readonly unknown[] {
  return Array.isArray(properties.className) ? properties.className : [];
}

/** Where in the source each node stands. */
class Places {
  readonly #source: string;
  readonly #extents = new WeakMap<Content, Extent>();
  /** For texts that are not verbatim in the source: the place of each of their characters. */
  readonly #offsets = new WeakMap<Text, readonly number[]>();

  constructor(source: string) {
    this.#source = source;
  }

  read(nodes: readonly Content[]): Extent | undefined {
    let whole: Extent | undefined;
    for (const node of nodes) {
      const extent = this.#readNode(node);
      if (extent) whole = whole ? { start: Math.min(whole.start, extent.start), end: Math.max(whole.end, extent.end) } : extent;
    }
    return whole;
  }

  #readNode(node: Content): Extent | undefined {
    const start = node.position?.start.offset;
    const end = node.position?.end.offset;
    const own = start === undefined || end === undefined ? undefined : { start, end };
    if (node.type === "text" && own) this.#align([node], own);
    if (node.type === "element" && node.tagName === "pre") return undefined;
    if (node.type === "element") {
      if (own && node.tagName === "code") this.#align(textsOf(node), own);
      const inner = this.read(node.children);
      const extent = node.tagName === "code" ? (inner ?? own) : (own ?? inner);
      if (extent) this.#extents.set(node, extent);
      return extent;
    }
    if (own && !this.#extents.has(node)) this.#extents.set(node, own);
    return this.of(node);
  }

  /** Texts without places: one after the other. */
  readInTurn(nodes: readonly Content[], from: number): number {
    let at = from;
    for (const node of nodes) {
      const start = at;
      at = node.type === "text" ? at + node.value.length : node.type === "element" ? this.readInTurn(node.children, at) : at;
      this.#extents.set(node, { start, end: at });
    }
    return at;
  }

  /** Finds texts that follow each other within a part of the source: character by character, passing over what is markup. */
  #align(texts: readonly Text[], { start, end }: Extent): void {
    const value = texts.map((text) => text.value).join("");
    const source = this.#source.slice(start, end);
    const found = source.indexOf(value.replace(/\n$/, ""));
    const verbatim = start + found;
    const offsets = found < 0 ? align(source, value, start) : undefined;
    let at = 0;
    for (const text of texts) {
      const length = text.value.length;
      if (offsets === undefined) this.#extents.set(text, { start: verbatim + at, end: verbatim + at + length });
      else this.#setOffsets(text, offsets.slice(at, at + length));
      at += length;
    }
  }

  #setOffsets(text: Text, offsets: readonly number[]): void {
    const first = offsets[0];
    const last = offsets.at(-1);
    if (first === undefined || last === undefined) return;
    this.#offsets.set(text, offsets);
    this.#extents.set(text, { start: first, end: last + 1 });
  }

  of(node: Content): Extent | undefined {
    return this.#extents.get(node);
  }

  cover(span: Element, nodes: readonly ElementContent[]): void {
    const extents = nodes.flatMap((node) => this.of(node) ?? []);
    this.#extents.set(span, { start: Math.min(...extents.map(({ start }) => start)), end: Math.max(...extents.map(({ end }) => end)) });
  }

  /** A text before, within and after a part of the source. */
  cut(text: Text, { start, end }: PlacedRange): [Text | undefined, Text | undefined, Text | undefined] {
    const from = this.#index(text, start);
    const to = this.#index(text, end);
    return [this.#piece(text, 0, from), this.#piece(text, from, to), this.#piece(text, to, text.value.length)];
  }

  #index(text: Text, place: number): number {
    const offsets = this.#offsets.get(text);
    const index = offsets ? offsets.findIndex((offset) => offset >= place) : place - (this.of(text)?.start ?? 0);
    return index < 0 && offsets ? text.value.length : Math.min(Math.max(index, 0), text.value.length);
  }

  #piece(text: Text, from: number, to: number): Text | undefined {
    if (from >= to) return undefined;
    if (from === 0 && to === text.value.length) return text;
    const piece: Text = { type: "text", value: text.value.slice(from, to) };
    const offsets = this.#offsets.get(text);
    const start = this.of(text)?.start ?? 0;
    if (offsets) this.#setOffsets(piece, offsets.slice(from, to));
    else this.#extents.set(piece, { start: start + from, end: start + to });
    return piece;
  }
}

function textsOf(node: Element): Text[] {
  return node.children.flatMap((child) => (child.type === "text" ? [child] : child.type === "element" ? textsOf(child) : []));
}

/** An entity or an indent is not longer than this. */
const longestMarkup = 200;

/**
 * The place of each character of `value` in `source`, where the source has more: indents, quotation marks, escapes, entities.
 * A character that is not found stands where the one before it does.
 */
function align(source: string, value: string, base: number): number[] {
  const offsets: number[] = [];
  let at = 0;
  for (const char of value.split("")) {
    let found = at;
    const last = Math.min(at + longestMarkup, source.length);
    while (found < last && source[found] !== char) found++;
    const isThere = found < last;
    offsets.push(base + (isThere ? found : Math.min(at, source.length - 1)));
    if (isThere) at = found + 1;
  }
  return offsets;
}

/** Raw HTML is shown as text. */
function showRaw(parent: Parent): void {
  for (const child of parent.children) {
    if (child.type === "element") showRaw(child);
    else if (child.type === "raw") Object.assign(child, { type: "text" });
  }
}
