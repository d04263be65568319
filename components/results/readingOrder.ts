import type { Mark } from "./types.ts";

type TextMark = Extract<Mark, { kind: "text" }>;

/**
 * Spotted text as a reader takes it in: lines from top to bottom, and words of one line from left to right with a space between
 * them. Two pieces are on one line where their heights overlap by more than half of the lower one.
 */
export function textInReadingOrder(marks: readonly TextMark[]): string {
  const sorted = [...marks].sort((a, b) => middle(a) - middle(b));
  const lines: TextMark[][] = [];
  for (const mark of sorted) {
    const line = lines.at(-1);
    if (line?.some((other) => isBeside(mark, other))) line.push(mark);
    else lines.push([mark]);
  }
  return lines.map((line) => line.sort((a, b) => a.box.x1 - b.box.x1).map(({ label }) => label).join(" ")).join("\n");
}

function middle({ box }: TextMark): number {
  return (box.y1 + box.y2) / 2;
}

function isBeside(a: TextMark, b: TextMark): boolean {
  const overlap = Math.min(a.box.y2, b.box.y2) - Math.max(a.box.y1, b.box.y1);
  const apart = a.box.x1 >= b.box.x2 - 0.005 || b.box.x1 >= a.box.x2 - 0.005;
  return apart && overlap > 0.5 * Math.min(a.box.y2 - a.box.y1, b.box.y2 - b.box.y1);
}
