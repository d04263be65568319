import type { Edit } from "./edits.ts";
import { outsideCode } from "./math.ts";

/** Tables that are written in LaTeX, as pages turned into Markdown have them. */

/** The name under which such a table goes through Markdown, which would take its backslashes for escapes. */
export const latexTableLanguage = "latex-table";

export interface LatexCell {
  /** Markdown. */
  text: string;
  columns: number;
  rows: number;
}

export interface LatexTable {
  caption: string | undefined;
  rows: readonly (readonly LatexCell[])[];
  /** How many of the first rows are the head: those above a line, where there is one. */
  head: number;
}

const opening = /\\begin\{(table\*?|tabular\*?|tabularx|longtable)\}/g;

/** Puts LaTeX tables into fences, also one that is still being written. What is within code stays as it is. */
export function latexTableEdits(markdown: string): Edit[] {
  if (!markdown.includes("\\begin{tab") && !markdown.includes("\\begin{longtable}")) return [];
  const edits: Edit[] = [];
  for (const { start, end } of outsideCode(markdown)) {
    const text = markdown.slice(start, end);
    let at = 0;
    for (const match of text.matchAll(opening)) {
      if (match.index < at) continue;
      const closing = `\\end{${match[1] ?? ""}}`;
      const found = text.indexOf(closing, match.index);
      // Within other code, as an example of LaTeX.
      if (found < 0 && end < markdown.length) continue;
      const stop = found < 0 ? text.length : found + closing.length;
      edits.push(...fence(text, { start: match.index, end: stop, closed: found >= 0 }).map((edit) => ({ ...edit, start: edit.start + start, end: edit.end + start })));
      at = stop;
    }
  }
  return edits;
}

/** Dollars or brackets around a table would make a formula of it. */
function fence(text: string, { start, end, closed }: { start: number; end: number; closed: boolean }): Edit[] {
  const before = /(?:\$\$|\\\[)?\s*$/.exec(text.slice(0, start))?.[0] ?? "";
  const after = closed ? (/^\s*(?:\$\$|\\\])?[ \t]*\n?/.exec(text.slice(end))?.[0] ?? "") : "";
  const head: Edit = { start: start - before.length, end: start, text: `\n\n\`\`\`${latexTableLanguage}\n` };
  return closed ? [head, { start: end, end: end + after.length, text: "\n```\n\n" }] : [head];
}

/** Reads a table; what it does not know is left out, and a table that is cut off ends there. */
export function parseLatexTable(source: string): LatexTable {
  const caption = commandArgument(source, "caption");
  const begin = /\\begin\{(?:tabular\*?|tabularx|longtable)\}/.exec(source);
  let at = begin ? begin.index + begin[0].length : 0;
  if (begin) {
    // Widths and columns: [t], {\textwidth}, {|l|c|}.
    for (let argument = readArgument(source, at); argument !== undefined; argument = readArgument(source, at)) at = argument.end;
  }
  const end = source.search(/\\end\{(?:tabular\*?|tabularx|longtable)\}/);
  const body = source.slice(at, end < at ? source.length : end);

  const rows: LatexCell[][] = [];
  let head = 0;
  for (const line of splitAt(body, "\\\\")) {
    const text = line.replace(/^\s*\[[^\]]*\]/, "");
    if (rows.length > 0 && head === 0 && /^\s*\\(?:hline|midrule|cline|cmidrule|Xhline)/.test(text)) head = rows.length;
    const plain = text.replace(/\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|endfoot|endlastfoot)(?![a-zA-Z])|\\(?:cline|cmidrule(?:\([^)]*\))?|Xhline|rowcolor|label)\s*\{[^}]*\}|\\caption\{[^}]*\}/g, "");
    if (plain.trim() === "") continue;
    rows.push(splitAt(plain, "&").map(readCell));
  }
  return { caption: caption === undefined ? undefined : toMarkdown(caption), rows: withoutCovered(rows), head: head === rows.length ? Math.min(1, rows.length) : head };
}

/** Splits outside of braces, and not at what is escaped. */
function splitAt(text: string, mark: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (depth === 0 && text.startsWith(mark, at)) {
      parts.push(text.slice(start, at));
      at += mark.length - 1;
      start = at + 1;
    } else if (char === "\\") at++;
    else if (char === "{") depth++;
    else if (char === "}") depth = Math.max(depth - 1, 0);
  }
  parts.push(text.slice(start));
  return parts;
}

/** {…} or […] at a place. */
function readArgument(text: string, from: number): { value: string; end: number } | undefined {
  let at = from;
  while (/\s/.test(text[at] ?? "")) at++;
  const open = text[at];
  if (open !== "{" && open !== "[") return undefined;
  const close = open === "{" ? "}" : "]";
  let depth = 0;
  for (let end = at; end < text.length; end++) {
    const char = text[end];
    if (char === "\\") end++;
    else if (char === open) depth++;
    else if (char === close && --depth === 0) return { value: text.slice(at + 1, end), end: end + 1 };
  }
  return undefined;
}

function commandArgument(source: string, name: string): string | undefined {
  const found = source.indexOf(`\\${name}{`);
  return found < 0 ? undefined : readArgument(source, found + name.length + 1)?.value;
}

function readCell(source: string): LatexCell {
  let text = source.trim();
  let columns = 1;
  let rows = 1;
  // One may lie within the other.
  for (let depth = 0; depth < 3; depth++) {
    const span = /^\\multi(column|row)(?:\[[^\]]*\])?/.exec(text);
    if (!span) break;
    const args: string[] = [];
    let at = span[0].length;
    for (let argument = readArgument(text, at); argument !== undefined && args.length < 3; argument = readArgument(text, at)) {
      if (text[at] !== "[") args.push(argument.value);
      at = argument.end;
    }
    // \multirow{2}*{text}
    if (args.length === 1 && text[at] === "*") args.push("*", readArgument(text, at + 1)?.value ?? "");
    const count = Math.min(Math.max(Math.trunc(Number(args[0])) || 1, 1), 100);
    if (span[1] === "column") columns = count;
    else rows = count;
    text = (args[2] ?? args.at(-1) ?? "").trim();
  }
  return { text: toMarkdown(text), columns, rows };
}

const wrapped: Readonly<Record<string, string>> = { textbf: "**", bf: "**", mathbf: "**", textit: "*", emph: "*", texttt: "`", underline: "", textrm: "", text: "", makecell: "", shortstack: "", textsc: "", thead: "", mbox: "" };

/** Bold, italic and escapes as Markdown; formulas stay as they are. */
function toMarkdown(latex: string): string {
  return latex
    .split(/(\$[^$]*\$|\\\([\s\S]*?\\\))/)
    .map((part, index) => (index % 2 === 1 ? part : plainToMarkdown(part)))
    .join("")
    .trim();
}

function plainToMarkdown(text: string): string {
  let result = text;
  // From the inside out.
  for (let depth = 0; depth < 4; depth++) {
    const next = result.replace(/\\([a-zA-Z]+)\s*(?:\[[^\]]*\])?\{([^{}]*)\}/g, (_, name: string, inner: string) => {
      const mark = wrapped[name] ?? "";
      return inner.trim() === "" ? "" : `${mark}${mark === "" ? inner : inner.trim()}${mark}`;
    });
    if (next === result) break;
    result = next;
  }
  return result
    .replace(/\\\\(?:\[[^\]]*\])?|\\newline(?![a-zA-Z])/g, "<br>")
    .replace(/\\(?:centering|raggedright|raggedleft|small|footnotesize|scriptsize|tiny|large|bfseries|itshape|quad|qquad|hfill|,|;|!)(?![a-zA-Z])\s*/g, " ")
    .replace(/\\(?:textbackslash)(?:\{\})?/g, "\\\\")
    .replace(/\\([%&#_{}$~^])(?:\{\})?/g, (_, char: string) => (/[#_$~]/.test(char) ? `\\${char}` : char))
    .replace(/(?<!\\)~/g, " ")
    .replace(/(?<!\\)[{}]/g, "")
    .replace(/---/g, "—")
    .replace(/(?<=\d)--(?=\d)/g, "–")
    .replace(/``|''/g, '"');
}

/** Below a cell of several rows LaTeX has an empty one, which HTML has not. */
function withoutCovered(rows: readonly (readonly LatexCell[])[]): LatexCell[][] {
  /** For each column, how many of the next rows are covered. */
  const covered: number[] = [];
  return rows.map((row) => {
    const kept: LatexCell[] = [];
    let column = 0;
    for (const cell of row) {
      const isCovered = (covered[column] ?? 0) > 0;
      for (let offset = 0; offset < cell.columns; offset++) {
        const left = covered[column + offset] ?? 0;
        covered[column + offset] = left > 0 ? left - 1 : cell.rows - 1;
      }
      column += cell.columns;
      if (!isCovered || cell.text !== "") kept.push(cell);
    }
    return kept;
  });
}
