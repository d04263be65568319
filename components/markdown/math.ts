/**
 * Formulas in answers come as $…$, $$…$$, \(…\) and \[…\], between prices such as $5 and $10. Here all are written in the one
 * form that remark-math is set to read (`singleDollarTextMath: false`): `$$x$$` within a line, and `$$` on lines of its own for
 * a formula that stands alone. What is within code stays as it is.
 */
export function normalizeMath(markdown: string): string {
  if (!/[$\\]/.test(markdown)) return markdown;
  return mapOutsideCode(markdown, convert);
}

/** Fenced blocks (also one that is still open) and inline code are kept; `change` gets what is between them. */
function mapOutsideCode(markdown: string, change: (text: string) => string): string {
  const code = /^ {0,3}(`{3,}|~{3,})[^\n]*(?:\n[\s\S]*?(?:^ {0,3}\1[`~]*[ \t]*$|$(?![\s\S]))|$(?![\s\S]))|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\2(?!`)/gm;
  let result = "";
  let end = 0;
  for (const match of markdown.matchAll(code)) {
    result += change(markdown.slice(end, match.index)) + match[0];
    end = match.index + match[0].length;
  }
  return result + change(markdown.slice(end));
}

const display = /\\\[([\s\S]+?)\\\]|\$\$([\s\S]+?)\$\$/g;
const inline = /\\\(([^\n]+?)\\\)/g;
/**
 * As in pandoc: no space inside the dollars, no digit after them, and nothing before the first that makes it a price (US$5).
 * A formula does not run over the end of a line.
 */
const dollars = /(?<![\\$\p{L}\p{N}])\$(?![\s$])((?:\\.|[^\\$\n])*?(?<!\s))\$(?![\d$])/gu;

function convert(text: string): string {
  const pieces: string[] = [];
  let end = 0;
  for (const match of text.matchAll(display)) {
    pieces.push(convertInline(text.slice(end, match.index)));
    pieces.push(writeDisplay(text, match));
    end = match.index + match[0].length;
  }
  pieces.push(convertInline(text.slice(end)));
  return pieces.join("");
}

function convertInline(text: string): string {
  return text
    .replace(inline, (_, formula: string) => `$$${formula.trim()}$$`)
    .replace(dollars, (whole, formula: string) => (looksLikePrices(formula) ? whole : `$$${formula}$$`));
}

/** "5 to " between two prices: begins with a figure and goes on in words. */
function looksLikePrices(formula: string): boolean {
  return /^\d[\d.,]*[kKmMbB]?(?:\s|[-–—/,;)])/.test(formula) && !/[\\^_={}+*]/.test(formula);
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
