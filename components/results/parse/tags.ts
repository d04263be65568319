import type { TextRange } from "../types.ts";

/** An element of HTML, from its opening tag to its closing one (or to its opening tag's end where it has none). */
export interface Tag extends TextRange {
  name: string;
  attributes: ReadonlyMap<string, string>;
}

const withoutContent = new Set(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]);

/** Longer tags are text; an embedded picture may be long. */
const longestTag = 200_000;

/** The elements of a piece of HTML, however broken, in the order of their opening tags. Reads each character a bounded number of times. */
export function readTags(text: string, { start, end }: TextRange): Tag[] {
  const tags: Tag[] = [];
  const open = new Map<string, Tag[]>();
  for (let at = text.indexOf("<", start); at >= 0 && at < end; at = text.indexOf("<", at)) {
    if (text.startsWith("<!--", at)) {
      const comment = text.indexOf("-->", at);
      if (comment < 0) break;
      at = comment;
      continue;
    }
    const name = /^<\/?([a-z][\w:-]{0,40})/i.exec(text.slice(at, at + 44));
    const tagEnd = name === null ? -1 : endOfTag(text, at + name[0].length, Math.min(end, at + longestTag));
    if (name === null) at++;
    else if (tagEnd < 0) break;
    else {
      const element = (name[1] ?? "").toLowerCase();
      if (name[0].startsWith("</")) {
        const opened = open.get(element)?.pop();
        if (opened) opened.end = tagEnd;
      } else {
        const tag: Tag = { name: element, attributes: attributes(text.slice(at + name[0].length, tagEnd - 1)), start: at, end: tagEnd };
        tags.push(tag);
        if (!withoutContent.has(element) && text[tagEnd - 2] !== "/") {
          const same = open.get(element);
          if (same) same.push(tag);
          else open.set(element, [tag]);
        }
      }
      at = tagEnd;
    }
  }
  return tags;
}

/** Behind the ">" that is not within quotes; -1 where there is none. */
function endOfTag(text: string, from: number, end: number): number {
  let quote = "";
  for (let at = from; at < end; at++) {
    const char = text[at] ?? "";
    if (quote !== "") {
      if (char === quote) quote = "";
    } else if (char === ">") return at + 1;
    else if ((char === '"' || char === "'") && text[at - 1] === "=") quote = char;
  }
  return -1;
}

function attributes(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const match of text.matchAll(/([^\s=/"'>]+)(?:\s?=\s?(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)) {
    const name = (match[1] ?? "").toLowerCase();
    if (!found.has(name)) found.set(name, match[2] ?? match[3] ?? match[4] ?? "");
  }
  return found;
}
