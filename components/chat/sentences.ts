/**
 * Where the last complete sentence (or line) of `text` ends, at `from` or later: an answer is read aloud sentence by sentence,
 * not token by token.
 */
export function endOfSentences(text: string, from: number): number {
  let end = from;
  for (const match of text.slice(from).matchAll(/[.!?](?=\s)|[。！？]|\n/g)) end = from + match.index + match[0].length;
  return end;
}

/** Markdown as it is read aloud: without its marks, and with code and formulas left to the eyes. */
export function spoken(markdown: string): string {
  return markdown
    .replace(/```[^\n]*\n?|[*_~#>|`]+/g, " ")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
}
