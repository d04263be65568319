import type { Preview, TextRange } from "../types.ts";
import type { Fence } from "./regions.ts";

type Language = Preview["language"];

const languages: Readonly<Record<string, Language>> = { html: "html", htm: "html", xhtml: "html", svg: "svg", mermaid: "mermaid" };

/** Blocks that can be shown as a page or a drawing; a page whose parts lie on a picture is a document instead. */
export function findPreviews(text: string, fences: readonly Fence[], prose: readonly TextRange[], complete: boolean): Preview[] {
  const fenced = fences.flatMap((fence): Preview[] => {
    const source = text.slice(fence.content.start, fence.content.end);
    const language = languages[fence.language] ?? guess(fence.language, source);
    if (language === undefined || source.trim() === "" || (language === "html" && source.includes("data-bbox"))) return [];
    return [{ id: `preview-${fence.start}`, range: { start: fence.start, end: fence.end }, language, source: source.trimEnd(), complete: fence.closed || complete }];
  });
  return [...fenced, ...prose.flatMap((range) => bare(text, range, complete))].sort((a, b) => a.range.start - b.range.start);
}

function guess(language: string, source: string): Language | undefined {
  if (!["", "xml", "text", "markup"].includes(language)) return undefined;
  if (/^\s{0,99}(?:<\?xml[^>]{0,200}>\s{0,99})?<svg[\s>]/i.test(source)) return "svg";
  return /^\s{0,99}<(?:!doctype html|html[\s>])/i.test(source) ? "html" : undefined;
}

/** A whole page or drawing that stands in the answer without fences. */
function bare(text: string, { start, end }: TextRange, complete: boolean): Preview[] {
  const opening = /<!doctype html|<html[\s>]|<svg\s/gi;
  opening.lastIndex = start;
  const match = opening.exec(text);
  if (match === null || match.index >= end) return [];
  const language = match[0].toLowerCase().startsWith("<svg") ? "svg" : "html";
  const mark = `</${language}>`;
  const found = text.toLowerCase().indexOf(mark, match.index);
  const closed = found >= 0 && found < end;
  const range = { start: match.index, end: closed ? found + mark.length : end };
  const source = text.slice(range.start, range.end).trimEnd();
  return language === "html" && source.includes("data-bbox") ? [] : [{ id: `preview-${range.start}`, range, language, source, complete: closed || complete }];
}
