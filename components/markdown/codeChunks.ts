/** Lines in a piece of code, and characters after which a longer line is cut. */
const linesInChunk = 24;
const longestLine = 1000;
/** Other code than JSON is highlighted whole up to this many characters: comments and strings may go over many lines. */
const longestWhole = 6000;

export interface CodeChunk {
  text: string;
  /** Where it begins in the source. */
  start: number;
}

/** Code in pieces that can be highlighted one by one, so that only the last one changes while it is written. Joined they are the source. */
export function codeChunks(source: string, language: string | undefined, partial: boolean): CodeChunk[] {
  const json = language === undefined || language.startsWith("json");
  if (!json && !partial && source.length <= longestWhole) return [{ text: source, start: 0 }];
  const chunks: CodeChunk[] = [];
  let start = 0;
  let chunk = "";
  let lines = 0;
  const close = (): void => {
    if (chunk !== "") chunks.push({ text: chunk, start });
    start += chunk.length;
    chunk = "";
    lines = 0;
  };
  for (const line of source.split(/(?<=\n)/)) {
    for (const piece of line.length <= longestLine ? [line] : cutLine(line)) {
      if (lines >= linesInChunk || chunk.length + piece.length > longestLine * 2) close();
      chunk += piece;
      lines += 1;
    }
  }
  close();
  return chunks;
}

/** Behind objects, else anywhere. */
function cutLine(line: string): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < line.length; ) {
    const end = Math.min(start + longestLine, line.length);
    const object = end === line.length ? -1 : line.lastIndexOf("},", end - 2);
    const cut = object > start ? object + 2 : end;
    pieces.push(line.slice(start, cut));
    start = cut;
  }
  return pieces;
}
