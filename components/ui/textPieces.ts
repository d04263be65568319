/** Characters of a piece. */
export const pieceLength = 10_000;

/** Cut behind a line, else behind a word, else behind a character; a piece stays as it is while the text grows. */
export function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = start + pieceLength;
    const behind = (sign: string) => {
      const place = text.lastIndexOf(sign, end - 1) + 1;
      return place > start + pieceLength / 2 ? place : undefined;
    };
    const next = end >= text.length ? text.length : (behind("\n") ?? behind(" ") ?? (isHalf(text, end - 1) ? end + 1 : end));
    pieces.push(text.slice(start, next));
    start = next;
  }
  return pieces;
}

/** Whether the character that begins here goes on with the next UTF-16 unit. */
function isHalf(text: string, place: number): boolean {
  return /[\ud800-\udbff]/.test(text.charAt(place));
}
