import type { Element, ElementContent, Root, Text } from "hast";
import type { UploadedMedia } from "../../server/protocol.ts";

/** Pages of a document that were asked about: the number that each has in its document, and its index in the media of the question. */
export type NumberedPages = ReadonlyMap<number, number>;

/** "report.pdf p. 3", "报告.pdf 第 3 页", "report-3.png" */
const pageName = /(?:\bp\.\s?|第\s?|[-_ ])(\d{1,4})(?:\s?页)?(?:\.\w{1,5})?$/;

/** The pages among the pictures of a question; undefined unless they are two at least, each with a number of its own. */
export function pagesOf(media: readonly UploadedMedia[]): NumberedPages | undefined {
  const pages = new Map<number, number>();
  for (const [index, { name, info }] of media.entries()) {
    const number = Number(pageName.exec(name)?.[1]);
    if (info.kind !== "image" || Number.isNaN(number) || pages.has(number)) return undefined;
    pages.set(number, index);
  }
  return pages.size > 1 ? pages : undefined;
}

const lead = String.raw`(?:\b(?:pages?|pp?\.)\s*|第\s*)`;
const between = String.raw`\s*(?:,|、|-|–|~|&|\band\b|\bto\b|和|至|到)\s*`;
/** "page 2", "pages 2, 3 and 5–7", "第 2、3 页" */
const mention = new RegExp(String.raw`${lead}\d{1,4}(?:(?:${between}){1,2}\d{1,4}){0,40}`, "gi");
const numbered = new RegExp(String.raw`(?:${lead})?(\d{1,4})`, "gi");

interface PageMention {
  start: number;
  end: number;
  page: number;
}

/** The pages that words name; the first of several with the word before it. */
export function findPages(words: string): PageMention[] {
  return [...words.matchAll(mention)].flatMap(({ 0: all, index }) =>
    [...all.matchAll(numbered)].map((number) => ({ start: index + number.index, end: index + number.index + number[0].length, page: Number(number[1]) })),
  );
}

/** Puts each page that the words name into `<data value>`, its index in the media of the question, which PageLink shows. */
export function rehypePages(pages: NumberedPages) {
  return (tree: Root): void => visit(tree, pages);
}

function visit(parent: Root | Element, pages: NumberedPages): void {
  const children: (Root | Element)["children"] = parent.children;
  parent.children = children.flatMap((child): ElementContent[] => {
    if (child.type === "text") return linked(child, pages);
    if (child.type === "doctype") return [];
    if (child.type === "element" && !["a", "code", "time"].includes(child.tagName)) visit(child, pages);
    return [child];
  });
}

function linked({ value }: Text, pages: NumberedPages): ElementContent[] {
  const parts: ElementContent[] = [];
  let at = 0;
  for (const { start, end, page } of findPages(value)) {
    const index = pages.get(page);
    if (index === undefined) continue;
    if (start > at) parts.push({ type: "text", value: value.slice(at, start) });
    parts.push({ type: "element", tagName: "data", properties: { value: String(index) }, children: [{ type: "text", value: value.slice(start, end) }] });
    at = end;
  }
  return at === 0 ? [{ type: "text", value }] : [...parts, ...(at < value.length ? [{ type: "text" as const, value: value.slice(at) }] : [])];
}

/** Whether the same is found with both. */
export function samePages(a: NumberedPages | undefined, b: NumberedPages | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.size === b.size && [...a].every(([number, index]) => b.get(number) === index);
}
