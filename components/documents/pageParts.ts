import type { PageDocument, TextRange } from "../results/types.ts";

export type PagePart = PageDocument["parts"][number];

/** Which of the pages (from 0) each part lies on, by its id. */
export function pagesOfParts(document: PageDocument, pages: number): ReadonlyMap<string, number> {
  const starts = pageStarts(document);
  return new Map(
    document.parts.map(({ id, range }) => {
      const at = range.start - document.range.start;
      const page = starts.findLast((start) => start.at <= at)?.page ?? 0;
      return [id, Math.min(page, Math.max(pages - 1, 0))];
    }),
  );
}

/** A body or division of HTML that is a page. Every run in these patterns is bounded: an answer may be nothing but spaces. */
const pageElement = String.raw`<body[\s>]|<div[^>]{0,200}\sclass=["']page["']`;
/** "## Page 2", "**Page 2:**", "<!-- Page 2 -->", "Picture 2:", "第2页" on a line of their own. */
const pageName = String.raw`^[ \t]{0,20}(?:#{1,6} |\*\*|<!--[ \t]{0,8})?(?:page|picture|image|图片?|第)[ \t]?(\d{1,3})[ \t]?页?[ \t]{0,8}(?:of \d{1,3}|\/[ \t]?\d{1,3})?[ \t]{0,8}(?:[:：]|\*\*|-->){0,2}[ \t]{0,20}$`;
/** A break of pages without a number. */
const pageBreak = String.raw`<!--[ \t]{0,8}page[ _-]?break[ \t]{0,8}-->|\\(?:newpage|pagebreak|clearpage)\b|\f|<div[^>]{0,80}page-break`;
const pagePattern = new RegExp(`(?:${pageName})|(${pageBreak})|(${pageElement})`, "gim");

/** Where in the source the pages begin; the answer may leave some out, or say nothing of the first. */
function pageStarts({ source }: PageDocument): { at: number; page: number }[] {
  const starts: { at: number; page: number }[] = [];
  for (const { index, 1: name, 2: broken, 3: element } of source.matchAll(pagePattern)) {
    const before = starts.at(-1);
    if (name !== undefined) starts.push({ at: index, page: Math.max(Number(name) - 1, 0) });
    else if (broken !== undefined) starts.push({ at: index, page: (before?.page ?? 0) + 1 });
    else if (element !== undefined) starts.push({ at: index, page: before ? before.page + 1 : 0 });
  }
  return starts;
}

/** A page in Markdown, cut where a part begins; the first piece may be none. */
export function markdownSections({ source, range, parts }: PageDocument): { part: PagePart | undefined; text: string }[] {
  const sections: { part: PagePart | undefined; text: string }[] = [];
  let at = 0;
  let part: PagePart | undefined;
  for (const next of parts) {
    const start = next.range.start - range.start;
    const text = withoutFences(source.slice(at, start));
    if (part !== undefined || text.trim() !== "") sections.push({ part, text });
    part = next;
    at = next.range.end - range.start;
  }
  const text = withoutFences(source.slice(at));
  if (part !== undefined || text.trim() !== "") sections.push({ part, text });
  return sections;
}

/** A document of several pages may be in as many blocks of code. */
function withoutFences(text: string): string {
  return text.replace(/^[ \t]*(?:`{3,}|~{3,})[ \t]*(?:markdown|md)?[ \t]*$/gim, "");
}

/** Of each part what stands in the answer for it. Of one in Markdown only its place is marked; it goes on to the end of its block. */
export function wordsOfParts({ format, source, range, parts }: PageDocument): { id: string; range: TextRange }[] {
  if (format === "html") return parts.map((part) => ({ id: part.id, range: part.range }));
  return parts.map(({ id, range: place }, index) => {
    const from = place.end - range.start;
    const to = (parts[index + 1]?.range.start ?? range.end) - range.start;
    return { id, range: { start: place.start, end: place.end + endOfBlock(source.slice(from, to)) } };
  });
}

/** How long the first block of a text is: up to an empty line, a LaTeX environment to its end. */
function endOfBlock(text: string): number {
  const start = /\S/.exec(text)?.index;
  if (start === undefined) return 0;
  const environment = /^\\begin\{([a-z*]{1,20})\}/i.exec(text.slice(start, start + 40))?.[1];
  const end = environment === undefined ? /\n[ \t]*\n/.exec(text.slice(start))?.index : endOfEnvironment(text.slice(start), environment);
  return end === undefined || end < 0 ? text.trimEnd().length : start + end;
}

function endOfEnvironment(text: string, name: string): number {
  const closing = `\\end{${name}}`;
  const at = text.indexOf(closing);
  return at < 0 ? -1 : at + closing.length;
}

/** The source of a page in HTML, each part with its id in `data-part`. */
export function withPartIds({ source, range, parts }: PageDocument): string {
  let result = source;
  for (const { id, range: place } of parts.toSorted((a, b) => b.range.start - a.range.start)) {
    const start = place.start - range.start;
    const name = /^<[a-z][\w:-]*/i.exec(result.slice(start, start + 60))?.[0];
    if (name !== undefined) result = `${result.slice(0, start + name.length)} data-part="${id}"${result.slice(start + name.length)}`;
  }
  return result;
}
