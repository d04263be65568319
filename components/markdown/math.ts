import { EditedText, type Edit } from "./edits.ts";

/**
 * Formulas in answers come as $…$, $$…$$, \(…\) and \[…\], between prices such as $5 and $10. Here all are written in the one
 * form that remark-math is set to read (`singleDollarTextMath: false`): `$$x$$` within a line, and `$$` on lines of its own for
 * a formula that stands alone. What is within code stays as it is.
 */
export function normalizeMath(markdown: string): string {
  return new EditedText(markdown, mathEdits(markdown)).text;
}

/** The same, as the changes that it takes. */
export function mathEdits(markdown: string): Edit[] {
  if (!/[$\\]/.test(markdown)) return [];
  return outsideCode(markdown).flatMap(({ start, end }) => shifted(editsOf(markdown.slice(start, end)), start));
}

function shifted(edits: readonly Edit[], by: number): Edit[] {
  return edits.map(({ start, end, text }) => ({ start: start + by, end: end + by, text }));
}

/** What is neither in a fenced block (also one that is still open) nor in inline code. */
export function outsideCode(markdown: string): { start: number; end: number }[] {
  const code = /^ {0,3}(`{3,}|~{3,})[^\n]*(?:\n[\s\S]*?(?:^ {0,3}\1[`~]*[ \t]*$|$(?![\s\S]))|$(?![\s\S]))|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\2(?!`)/gm;
  const parts: { start: number; end: number }[] = [];
  let at = 0;
  for (const match of markdown.matchAll(code)) {
    parts.push({ start: at, end: match.index });
    at = match.index + match[0].length;
  }
  parts.push({ start: at, end: markdown.length });
  return parts;
}

/** Longer ones are none, so that one that is never closed is not looked for in all that follows. */
const display = /\\\[([\s\S]{1,4000}?)\\\]|\$\$([\s\S]{1,4000}?)\$\$/g;
const inline = /\\\(([^\n]{1,1000}?)\\\)/g;
/**
 * As in pandoc: no space inside the dollars, no figure or letter after them, and nothing before the first that makes it a price
 * (US$5); Chinese has no spaces around a formula. A formula does not run over the end of a line.
 */
const dollars = /(?<![\\$A-Za-z\p{N}])\$(?![\s$])((?:\\.|[^\\$\n])*?(?<!\s))\$(?![\dA-Za-z$])/gu;

function editsOf(text: string): Edit[] {
  const edits: Edit[] = [];
  let at = 0;
  for (const match of text.matchAll(display)) {
    edits.push(...shifted(inlineEdits(text.slice(at, match.index)), at));
    at = match.index + match[0].length;
    edits.push({ start: match.index, end: at, text: writeDisplay(text, match) });
  }
  edits.push(...shifted(inlineEdits(text.slice(at)), at));
  return edits;
}

function inlineEdits(text: string): Edit[] {
  const edits: Edit[] = [];
  // Dollars, so that no formula is found across one that was.
  const rest = text.replace(inline, (whole, formula: string, start: number) => {
    edits.push({ start, end: start + whole.length, text: `$$${formula.trim()}$$` });
    return "$".repeat(whole.length);
  });
  for (const match of rest.matchAll(dollars)) {
    const formula = match[1] ?? "";
    if (!looksLikePrices(formula)) edits.push({ start: match.index, end: match.index + match[0].length, text: `$$${formula}$$` });
  }
  return edits.sort((a, b) => a.start - b.start);
}

/** "5 to " between two prices: begins with a figure and goes on in words. */
function looksLikePrices(formula: string): boolean {
  return /^\d[\d.,]*[kKmMbB]?(?:\s|[-–—/,;)]|\p{Script=Han})/u.test(formula) && !/[\\^_={}+*]/.test(formula);
}

function writeDisplay(text: string, match: RegExpExecArray): string {
  const formula = (match[1] ?? match[2] ?? "").trim();
  const lineStart = text.lastIndexOf("\n", match.index - 1) + 1;
  const before = text.slice(lineStart, match.index);
  const after = text.slice(match.index + match[0].length).split("\n", 1)[0] ?? "";
  // Where a line break would end the row or the quotation, and where the sentence goes on, it stays in the line.
  if (/^\s*[|>]/.test(before) || (match[2] !== undefined && !formula.includes("\n") && (before.trim() !== "" || after.trim() !== ""))) {
    return `$$${formula.replaceAll("\n", " ")}$$`;
  }
  const indent = /^\s*(?:[-*+]|\d+[.)])\s+/.exec(before)?.[0].replace(/\S/g, " ") ?? /^\s*/.exec(before)?.[0] ?? "";
  const lines = ["$$", ...formula.split("\n").map((line) => line.trim()), "$$"].map((line) => indent + line).join("\n");
  return `${before.trim() === "" ? lines.slice(before.length) : `\n\n${lines}`}${after.trim() === "" ? "" : `\n\n${indent}`}`;
}
