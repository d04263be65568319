/**
 * Follows fenced code through Markdown line by line: the fence that is open after `line`, given the one that was open before it
 * (undefined: none).
 */
export function fenceAfter(open: string | undefined, line: string): string | undefined {
  const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
  if (mark === undefined) return open;
  if (open === undefined) return mark;
  // At least as long as the opening one, of the same characters, and alone.
  return mark.startsWith(open) && line.trim() === mark ? undefined : open;
}
