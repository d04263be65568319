import type { Edit } from "./edits.ts";
import { outsideCode } from "./math.ts";

/** Calls of tools as models write them: `<tool_call>{"name": …}</tool_call>`. */

/** The name under which a call goes through Markdown, where it becomes a card. */
export const toolCallLanguage = "tool-call";

const opening = "<tool_call>";
const closing = "</tool_call>";
/** Longer than any within a call. */
const fence = "``````";

/** Puts calls into fences, also one that is still being written. What is within code stays as it is. */
export function toolCallEdits(markdown: string, partial: boolean): Edit[] {
  const edits = markdown.includes(opening) ? outsideCode(markdown).flatMap(({ start, end }) => callsIn(markdown, start, end)) : [];
  const cut = partial ? beginningOfTag(markdown) : undefined;
  if (cut !== undefined && cut >= (edits.at(-1)?.end ?? 0)) edits.push({ start: cut, end: markdown.length, text: "" });
  return edits;
}

/** Behind the tag there are arguments, or nothing yet: in prose it is only spoken of. */
const call = /[ \t]*<tool_call>(?:\s*(?=[{[<])|\s*$)/g;

function callsIn(markdown: string, from: number, to: number): Edit[] {
  const edits: Edit[] = [];
  const text = markdown.slice(from, to);
  let at = 0;
  for (const match of text.matchAll(call)) {
    if (match.index < at || (match.index + match[0].length === text.length && to < markdown.length)) continue;
    const start = from + match.index + match[0].length;
    edits.push({ start: from + match.index, end: start, text: `\n\n${fence}${toolCallLanguage}\n` });
    // What a call holds may look like code.
    const closed = markdown.indexOf(closing, start);
    const next = markdown.indexOf(opening, start);
    if (closed >= 0 && (next < 0 || closed < next)) edits.push({ start: closed, end: closed + closing.length, text: `\n${fence}\n\n` });
    else if (next >= 0) edits.push({ start: next, end: next, text: `\n${fence}\n\n` });
    at = Math.min(closed < 0 ? markdown.length : closed, next < 0 ? markdown.length : next) - from;
  }
  return edits;
}

/** Where the text ends with the first signs of a tag. */
function beginningOfTag(text: string): number | undefined {
  const start = text.lastIndexOf("<");
  const tail = text.slice(start);
  return start >= 0 && [opening, closing].some((tag) => tag.length > tail.length && tag.startsWith(tail)) ? start : undefined;
}
