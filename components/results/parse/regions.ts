import type { TextRange } from "../types.ts";
import type { JsonRegion } from "./json.ts";

/** A fenced block of an answer; `content` is the text between the fences. */
export interface Fence extends TextRange {
  /** Lower case; "" where none is named. */
  language: string;
  content: TextRange;
  /** Whether its end was written. */
  closed: boolean;
}

export interface Regions {
  fences: readonly Fence[];
  /** Where JSON may stand: prose, and the fences that may hold it. */
  json: readonly JsonRegion[];
  /** Outside of all fences. */
  prose: readonly TextRange[];
}

/**
 * Where the answer proper begins: behind the last `</think>`, whether or not the opening tag was written. While a thought is
 * still open there is no answer.
 */
export function answerStart(text: string): number {
  const end = text.lastIndexOf("</think>");
  const start = text.lastIndexOf("<think>");
  if (start > end) return text.length;
  return end < 0 ? 0 : end + "</think>".length;
}

const codeLanguages = new Set(["html", "htm", "xhtml", "svg", "mermaid", "markdown", "md", "latex", "tex", "css", "xml", "csv", "bash", "sh", "shell"]);

/** Cuts the answer into fences and prose, from `start` on. */
export function splitRegions(text: string, start: number, complete: boolean): Regions {
  const fences = findFences(text, start);
  const json: JsonRegion[] = [];
  const prose: TextRange[] = [];
  let at = start;
  const addProse = (end: number, final: boolean) => {
    if (end <= at) return;
    prose.push({ start: at, end });
    json.push({ start: at, end, final });
  };
  for (const fence of fences) {
    addProse(fence.start, true);
    if (mayHoldJson(text, fence)) json.push({ ...fence.content, final: fence.closed || complete });
    at = fence.end;
  }
  addProse(text.length, complete);
  return { fences, json, prose };
}

function mayHoldJson(text: string, { language, content }: Fence): boolean {
  if (codeLanguages.has(language)) return false;
  if (/^(?:json|jsonc|json5|jsonl|ndjson|text|txt|plaintext|output|tool_call)?$/.test(language)) return true;
  // A program is none; a list that is called Python or JavaScript may be.
  return /^\s{0,200}[[{(]/.test(text.slice(content.start, Math.min(content.end, content.start + 210)));
}

function findFences(text: string, from: number): Fence[] {
  const fences: Fence[] = [];
  let open: { start: number; mark: string; language: string; content: number } | undefined;
  for (let start = from; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline + 1;
    // Longer lines than this are no fence.
    const line = end - start > 300 ? "" : text.slice(start, end).trim();
    const mark = /^(?:`{3,}|~{3,})/.exec(line)?.[0];
    if (mark !== undefined) {
      if (open === undefined) {
        // The line that opens it may not be whole yet.
        if (!line.slice(mark.length).includes("`")) open = { start, mark, language: language(line.slice(mark.length)), content: end };
      } else if (mark.startsWith(open.mark) && line === mark) {
        fences.push({ ...open, content: { start: open.content, end: start }, end, closed: true });
        open = undefined;
      }
    }
    start = end;
  }
  if (open !== undefined) fences.push({ ...open, content: { start: Math.min(open.content, text.length), end: text.length }, end: text.length, closed: false });
  return fences;
}

function language(info: string): string {
  return (/^[^\s{]+/.exec(info.trim())?.[0] ?? "").toLowerCase();
}
