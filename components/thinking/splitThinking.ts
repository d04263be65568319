/** What a model thought, apart from what it says. The tags and the line breaks around them belong to neither. */
export interface SplitAnswer {
  /** The blocks of thinking in their order, an empty line between them; "" where there is none. */
  thinking: string;
  /** Everything else: what is shown, copied, searched for results and sent back to the model. */
  answer: string;
  /** The text ends within a block: the model still thinks, or was stopped while it did. */
  open: boolean;
}

export interface SplitThinkingOptions {
  /** The chat template ends the prompt with an opening tag, so that the text begins within a block. */
  thinkingModel: boolean;
  /** More text may follow: a tag that has only begun at the end is left out, so that it does not flash up. */
  partial?: boolean;
}

const opening = "<think>";
const closing = "</think>";

/**
 * Splits an answer, complete or still being written, at its `<think>` and `</think>` tags. An answer may begin within a
 * block because its opening tag was in the prompt; of a model that is not known to do so this shows when the block is
 * closed. Opening tags count at the beginning of a line outside of code, closing ones wherever they are not quoted.
 */
export function splitThinking(text: string, { thinkingModel, partial = false }: SplitThinkingOptions): SplitAnswer {
  const pieces: Record<"thinking" | "answer", string[]> = { thinking: [], answer: [] };
  let open = beginsWithin(text, thinkingModel);
  for (let start = 0; ; ) {
    const tag = open ? closing : opening;
    const end = open ? closingPlace(text, start) : openingPlace(text, start);
    const piece = end < 0 ? withoutBegunTag(text.slice(start), partial ? tag : "") : text.slice(start, end);
    pieces[open ? "thinking" : "answer"].push(trimBreaks(piece, { start: open || start > 0, end: open || end >= 0 }));
    if (end < 0) break;
    start = end + tag.length;
    open = !open;
  }
  return { thinking: join(pieces.thinking), answer: join(pieces.answer), open };
}

/** The part of a text that is not thinking. */
export function withoutThinking(text: string, options: SplitThinkingOptions): string {
  return splitThinking(text, options).answer;
}

function beginsWithin(text: string, thinkingModel: boolean): boolean {
  const end = closingPlace(text, 0);
  if (end < 0 && !thinkingModel) return false;
  const begin = openingPlace(text, 0);
  // A model may repeat the tag of its prompt, or change the subject without ever having closed it.
  return begin < 0 || (end >= 0 && end < begin) || (thinkingModel && text.slice(0, begin).trim() !== "");
}

/** Of an opening tag at the beginning of a line, outside of fenced code; -1 where there is none. */
function openingPlace(text: string, from: number): number {
  for (let place = text.indexOf(opening, from); place >= 0; place = text.indexOf(opening, place + 1)) {
    const line = Math.max(from, text.lastIndexOf("\n", place) + 1);
    if (text.slice(line, place).trim() === "" && !isWithinFence(text.slice(from, line))) return place;
  }
  return -1;
}

/** Of a closing tag that is not quoted as code; -1 where there is none. */
function closingPlace(text: string, from: number): number {
  let place = text.indexOf(closing, from);
  while (place > 0 && text[place - 1] === "`") place = text.indexOf(closing, place + 1);
  return place;
}

function isWithinFence(before: string): boolean {
  const fences = before.match(/^ {0,3}(?:`{3,}|~{3,})/gmu)?.length ?? 0;
  return fences % 2 === 1;
}

function withoutBegunTag(piece: string, tag: string): string {
  const begun = piece.lastIndexOf("<");
  if (begun < 0 || piece.length - begun >= tag.length || !tag.startsWith(piece.slice(begun))) return piece;
  const isAtLineStart = /(?:^|\n)[ \t]*$/u.test(piece.slice(Math.max(0, begun - 80), begun));
  return tag === closing || isAtLineStart ? piece.slice(0, begun) : piece;
}

function trimBreaks(piece: string, { start, end }: { start: boolean; end: boolean }): string {
  const begun = start ? piece.replace(/^\s*\n/u, "") : piece;
  return end ? begun.trimEnd() : begun;
}

function join(pieces: readonly string[]): string {
  return pieces.filter((piece) => piece.trim() !== "").join("\n\n");
}
