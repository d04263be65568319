import { EditedText, type Edit } from "./edits.ts";
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

/** An answer that is nothing but JSON, as boxes are, or nothing but HTML, as pages are, reads better as code. */
export function asMarkdown(text: string): string {
  return new EditedText(text, fenceEdits(text)).text;
}

/** The same, as the changes that it takes. */
export function fenceEdits(text: string): Edit[] {
  const language = languageOf(text);
  if (language === undefined || text.includes("```")) return [];
  const end = text.trimEnd().length;
  return [
    { start: 0, end: text.length - text.trimStart().length, text: `\`\`\`${language}\n` },
    { start: end, end: text.length, text: "\n```" },
  ];
}

function languageOf(text: string): string | undefined {
  if (/^\s*(?:\[\s*(?:[{[]|$)|\{\s*(?:"|$))/.test(text)) return "json";
  if (/^\s*<svg[\s>]/i.test(text)) return "svg";
  return /^\s*<(?:!doctype\s+html|html|body)[\s>]|^\s*<[a-z][^>]*\sdata-bbox=/i.test(text) ? "html" : undefined;
}
