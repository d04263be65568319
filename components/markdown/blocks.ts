import { EditedText, type Edit } from "./edits.ts";
import { fenceAfter } from "./fences.ts";

/**
 * Cuts Markdown into pieces that can be rendered one by one, so that while an answer is written only its last piece is rendered
 * again. Cut only where a new top-level block surely begins; the pieces joined are the input.
 */
export function splitBlocks(markdown: string): string[] {
  // Footnotes stand below all blocks.
  if (/^ {0,3}\[\^[^\]]+\]:/m.test(markdown)) return [markdown];
  const pieces: string[] = [];
  let piece = "";
  let fence: string | undefined;
  let formula = false;
  let afterBlank = false;
  let afterFence = false;
  for (const line of markdown.split(/(?<=\n)/)) {
    const begins = opensFence(line) || (afterFence && line.trim() !== "") || (afterBlank && beginsBlock(line));
    if (fence === undefined && !formula && begins && piece !== "") {
      pieces.push(piece);
      piece = "";
    }
    piece += line;
    afterBlank = line.trim() === "";
    if (fence === undefined && line.trim() === "$$") formula = !formula;
    const next = fenceAfter(fence, line);
    afterFence = fence !== undefined && next === undefined && opensFence(piece);
    fence = next;
  }
  if (piece !== "") pieces.push(piece);
  return pieces;
}

const definition = /^ {0,3}\[([^\]\n^][^\]\n]*)\]:[ \t]*\S/;

/** For each piece the definitions (`[name]: address`) in the others of what it refers to, as lines to be put below it. */
export function definitionsFor(pieces: readonly string[]): readonly string[] {
  const defined = new Map<string, { line: string; piece: number }>();
  pieces.forEach((text, piece) => {
    // It ends no paragraph.
    let begins = !opensFence(text);
    for (const line of begins && text.includes("]:") ? text.split("\n") : []) {
      const name = begins ? definition.exec(line)?.[1]?.toLowerCase() : undefined;
      if (name !== undefined && !defined.has(name)) defined.set(name, { line: line.trim(), piece });
      begins = name !== undefined || line.trim() === "";
    }
  });
  return pieces.map((text, piece) => {
    if (defined.size === 0 || opensFence(text)) return "";
    const names = new Set([...text.matchAll(/\[([^\]\n[]+)\]/g)].map(([, name = ""]) => name.toLowerCase()));
    const lines = [...names].flatMap((name) => defined.get(name) ?? []).filter((it) => it.piece !== piece);
    return lines.length === 0 ? "" : `\n\n${lines.map(({ line }) => line).join("\n")}`;
  });
}

/** At the margin a fence ends whatever stands before it. */
function opensFence(text: string): boolean {
  return /^(?:`{3,}|~{3,})/.test(text);
}

/** A piece of Markdown that is nothing but a fenced block, also one that is still open. */
export function readFence(block: string): { language: string | undefined; source: string; start: number } | undefined {
  const opening = /^(`{3,}|~{3,})[ \t]*([^\s`]*)[^\n`]*\n/.exec(block);
  const mark = opening?.[1];
  if (!opening || mark === undefined) return undefined;
  const start = opening[0].length;
  const text = block.slice(start).trimEnd();
  const lastLine = text.lastIndexOf("\n") + 1;
  const last = text.slice(lastLine).trim();
  const closed = last.startsWith(mark) && /^(?:`+|~+)$/.test(last);
  return { language: opening[2] === "" ? undefined : opening[2], source: closed ? text.slice(0, Math.max(lastLine - 1, 0)) : text, start };
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
