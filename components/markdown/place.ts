import type { TextRange } from "../results/types.ts";
import { definitionsFor, fenceEdits, splitBlocks } from "./blocks.ts";
import { difference, EditedText, type Edit } from "./edits.ts";
import { latexTableEdits } from "./latexTable.ts";
import { mathEdits } from "./math.ts";
import { stabilize } from "./partial.ts";
import { toolCallEdits } from "./toolCalls.ts";

/** A part of an answer that has a name. */
export interface NamedRange {
  id: string;
  range: TextRange;
}

/** A named part within a block; a part that goes over several blocks is in each of them. */
export interface PlacedRange extends TextRange {
  id: string;
}

/** A piece of Markdown that can be rendered by itself, with the named parts that lie in it. */
export interface PlacedBlock {
  text: string;
  ranges: readonly PlacedRange[];
}

/**
 * An answer as blocks of Markdown: formulas, tables and bare JSON in the one form that is rendered, and while it is still being
 * written, without what is not decided yet. Each named part of the answer is found again where it went.
 */
export function placeBlocks(answer: string, partial: boolean, ranges: readonly NamedRange[]): PlacedBlock[] {
  const steps: EditedText[] = [];
  let text = answer;
  const step = (edits: readonly Edit[]): void => {
    const edited = new EditedText(text, edits);
    steps.push(edited);
    text = edited.text;
  };
  step(fenceEdits(text));
  step(toolCallEdits(text, partial));
  step(latexTableEdits(text));
  if (partial) step(difference(text, stabilize(text)));
  step(mathEdits(text));
  const place = (offset: number): number => steps.reduce((at, edited) => edited.place(at), offset);
  const placed = ranges.map(({ id, range }) => ({ id, start: place(range.start), end: place(range.end) }));

  let start = 0;
  const pieces = splitBlocks(text);
  const definitions = definitionsFor(pieces);
  return pieces.map((piece, index) => {
    const from = start;
    start += piece.length;
    return { text: piece + (definitions[index] ?? ""), ranges: placed.flatMap((range) => within(range, from, start)) };
  });
}

function within({ id, start, end }: PlacedRange, from: number, to: number): PlacedRange[] {
  const clipped = { id, start: Math.max(start, from) - from, end: Math.min(end, to) - from };
  return clipped.start < clipped.end ? [clipped] : [];
}
