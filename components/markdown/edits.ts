/** A part of a text, and what is put in its place. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** A text after edits, which still knows where the places of the original went. */
export class EditedText {
  readonly text: string;
  readonly #edits: readonly Edit[];
  /** How much longer the text is behind each edit. */
  readonly #growth: readonly number[];

  /** @param edits in their order, without overlaps. */
  constructor(original: string, edits: readonly Edit[]) {
    const pieces: string[] = [];
    const growth: number[] = [];
    let at = 0;
    let grown = 0;
    for (const { start, end, text } of edits) {
      pieces.push(original.slice(at, start), text);
      at = end;
      grown += text.length - (end - start);
      growth.push(grown);
    }
    this.text = edits.length === 0 ? original : pieces.join("") + original.slice(at);
    this.#edits = edits;
    this.#growth = growth;
  }

  /** Where a place of the original stands now; within a replaced part, as near as can be said. */
  place(offset: number): number {
    let low = 0;
    let high = this.#edits.length;
    // The first edit that begins behind the place.
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#edits[middle]?.start ?? 0) > offset) high = middle;
      else low = middle + 1;
    }
    const edit = this.#edits[low - 1];
    if (edit === undefined) return offset;
    const growth = this.#growth[low - 1] ?? 0;
    if (offset >= edit.end) return offset + growth;
    const before = this.#growth[low - 2] ?? 0;
    return edit.start + before + Math.min(offset - edit.start, edit.text.length);
  }
}

/** The one edit that makes `after` of `before`: what lies between their common beginning and end. */
export function difference(before: string, after: string): Edit[] {
  if (before === after) return [];
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return [{ start, end: before.length - tail, text: after.slice(start, after.length - tail) }];
}
