import { fenceAfter } from "./fences.ts";

/**
 * Cuts Markdown into pieces that can be rendered one by one, so that while an answer is written only its last piece is rendered
 * again. Cut only where a new top-level block surely begins; the pieces joined are the input.
 */
export function splitBlocks(markdown: string): string[] {
  // Definitions and footnotes act across blocks.
  if (/^ {0,3}\[[^\]]+\]:/m.test(markdown)) return [markdown];
  const pieces: string[] = [];
  let piece = "";
  let fence: string | undefined;
  let formula = false;
  let afterBlank = false;
  for (const line of markdown.split(/(?<=\n)/)) {
    if (fence === undefined && !formula && afterBlank && beginsBlock(line) && piece !== "") {
      pieces.push(piece);
      piece = "";
    }
    piece += line;
    afterBlank = line.trim() === "";
    if (fence === undefined && line.trim() === "$$") formula = !formula;
    fence = fenceAfter(fence, line);
  }
  if (piece !== "") pieces.push(piece);
  return pieces;
}

/** At the margin, and nothing that could go on with a list or a quotation before it. */
function beginsBlock(line: string): boolean {
  return /^\S/.test(line) && !/^(?:[-*+>]|\d+[.)])(?:\s|$)/.test(line);
}

/** An answer that is nothing but JSON, as boxes are, reads better as code. */
export function asMarkdown(text: string): string {
  return /^\s*(?:\[\s*(?:[{[]|$)|\{\s*(?:"|$))/.test(text) && !text.includes('```') ? `\`\`\`json\n${text.trim()}\n\`\`\`` : text;
}
