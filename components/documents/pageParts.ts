import type { PageDocument } from "../results/types.ts";

export type PagePart = PageDocument["parts"][number];

/** Which of the pages each part lies on, by its id: a document of several pages begins a new body for each. */
export function pagesOfParts(document: PageDocument, pages: number): ReadonlyMap<string, number> {
  const breaks = document.format === "html" ? [...document.source.matchAll(/<body[\s>]|<div[^>]*\sclass=["']page["']/gi)].map(({ index }) => index) : [];
  return new Map(
    document.parts.map(({ id, range }) => {
      const at = range.start - document.range.start;
      const begun = breaks.filter((index) => index <= at).length;
      return [id, Math.min(Math.max(begun - 1, 0), Math.max(pages - 1, 0))];
    }),
  );
}

/** A page in Markdown, cut where a part begins; the first piece may be none. */
export function markdownSections({ source, range, parts }: PageDocument): { part: PagePart | undefined; text: string }[] {
  const sections: { part: PagePart | undefined; text: string }[] = [];
  let at = 0;
  let part: PagePart | undefined;
  for (const next of parts) {
    const start = next.range.start - range.start;
    const text = source.slice(at, start);
    if (part !== undefined || text.trim() !== "") sections.push({ part, text });
    part = next;
    at = next.range.end - range.start;
  }
  const text = source.slice(at);
  if (part !== undefined || text.trim() !== "") sections.push({ part, text });
  return sections;
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
