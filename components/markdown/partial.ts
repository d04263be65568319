import { fenceAfter } from "./fences.ts";
import { outsideCode } from "./math.ts";

/**
 * What is shown of Markdown that is still being written: marks whose meaning is not decided yet are completed or held back for
 * the few characters until it is, so that no text changes its form after it was seen.
 */
export function stabilize(markdown: string): string {
  const lines = markdown.split("\n");
  if (endsInFence(lines)) return markdown;
  const settled = holdBackTable(holdBackMark(lines)).join("\n");
  return completeInline(holdBackFormula(settled));
}

/** Whether the last line is within a fenced block. */
function endsInFence(lines: readonly string[]): boolean {
  return lines.reduce<string | undefined>(fenceAfter, undefined) !== undefined;
}

/** A last line of nothing but a mark ("-", "1.", "##", "==", "``") may become a list, a heading, a rule or a fence. */
function holdBackMark(lines: readonly string[]): readonly string[] {
  const last = lines.at(-1) ?? "";
  return /^\s*(?:[-=*_+>]+|\d+[.)]?|#+|`{1,2}|~{1,2})\s*$/.test(last) && !/^\d+$/.test(lines.join("")) ? lines.slice(0, -1) : lines;
}

/** A table is one only from its second row on. */
function holdBackTable(lines: readonly string[]): readonly string[] {
  let start = lines.length;
  while (start > 0 && lines[start - 1]?.trimStart().startsWith("|")) start--;
  const rows = lines.slice(start);
  if (rows.length === 0) return lines;
  const delimiter = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
  const complete = rows.length >= 2 && delimiter.test(rows[1] ?? "") && (rows.length > 2 || count(rows[1] ?? "", "|") >= count(rows[0] ?? "", "|"));
  return complete ? lines : lines.slice(0, start);
}

function count(text: string, mark: string): number {
  return text.split(mark).length - 1;
}

/** A formula is shown when it is whole. */
function holdBackFormula(text: string): string {
  const plain = withoutCode(text);
  const open = [
    count(plain, "$$") % 2 === 1 ? plain.lastIndexOf("$$") : -1,
    plain.lastIndexOf("\\[") > plain.lastIndexOf("\\]") ? plain.lastIndexOf("\\[") : -1,
    plain.lastIndexOf("\\(") > plain.lastIndexOf("\\)") ? plain.lastIndexOf("\\(") : -1,
  ].filter((index) => index >= 0);
  return open.length === 0 ? text : text.slice(0, Math.min(...open));
}

/** The same length, with blanks where code stands. */
function withoutCode(text: string): string {
  if (!/[`~]/.test(text)) return text;
  let at = 0;
  let plain = "";
  for (const { start, end } of outsideCode(text)) {
    plain += " ".repeat(start - at) + text.slice(start, end);
    at = end;
  }
  return plain + " ".repeat(text.length - at);
}

/** Ends emphasis, code and links that are open at the end of the last line. */
function completeInline(text: string): string {
  const start = text.lastIndexOf("\n") + 1;
  const line = text.slice(start);
  if (count(line, "`") % 2 === 1) return `${text.slice(0, start)}${line.endsWith("`") ? line.slice(0, -1) : `${line}\``}`;
  const plain = line.replace(/`[^`]*`/g, (code) => " ".repeat(code.length));
  const link = /!?\[([^\]]*)(?:\](?:\([^)]*)?)?$/.exec(plain);
  if (link && !/^\s*\[[ xX]?$/.test(plain)) return text.slice(0, start) + line.slice(0, link.index) + (link[0].startsWith("!") ? "" : line.slice(link.index + 1, link.index + 1 + (link[1]?.length ?? 0)));
  for (const mark of ["**", "__", "~~"]) {
    if (count(plain, mark) % 2 === 0) continue;
    const body = line.trimEnd();
    return text.slice(0, start) + (body.endsWith(mark) ? body.slice(0, -mark.length) : `${body.replace(/[*_~]$/, "")}${mark}`);
  }
  return text;
}
