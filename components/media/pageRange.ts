/** Pages as people write them: "1-3, 7". */

/** Where a range ends with the document: "12-". */
const part = /^(\d+)(?:\s*[-–—]\s*(\d+)?)?$/;

/** The pages (from 1, in order, each once) that a text names; undefined where it is no list of pages of this document. */
export function parsePageRange(text: string, count: number): number[] | undefined {
  const pages = new Set<number>();
  for (const piece of text.split(/[,;，、]/).map((it) => it.trim()).filter((it) => it !== "")) {
    const match = part.exec(piece);
    if (!match) return undefined;
    const first = Number(match[1]);
    const isRange = /[-–—]/.test(piece);
    const last = match[2] !== undefined ? Number(match[2]) : isRange ? count : first;
    if (first < 1 || last < first || first > count) return undefined;
    for (let page = first; page <= Math.min(last, count); page++) pages.add(page);
  }
  return [...pages].sort((a, b) => a - b);
}

/** The shortest text that names these pages. */
export function formatPageRange(pages: Iterable<number>): string {
  const runs: { first: number; last: number }[] = [];
  for (const page of [...pages].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run?.last === page - 1) run.last = page;
    else runs.push({ first: page, last: page });
  }
  return runs.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(", ");
}
