import { nestsTooDeep } from "./nesting.ts";

/**
 * What of Markdown takes more than its length to be read and shown, and how much of it nobody writes. Beyond that a block is
 * shown as it was written, so that no answer stops the page.
 */
const most = {
  /** Emphasis in one paragraph: each mark looks for its other one among all. */
  emphasis: 1000,
  /** Cells of a table: rows that are too short are filled up. */
  cells: 10_000,
  /** Characters of one formula. */
  formula: 4000,
  /** Lines that make a heading of what stands above. */
  underlines: 200,
  /** Marks of any kind. */
  marks: 10_000,
} as const;

/** Characters of a line: nobody has written Markdown there. */
const lineWithoutEnd = /^[^\n]{10000}/m;

/** Whether a block would keep the page from its reader. Takes time in proportion to its length. */
export function isTooCostly(block: string): boolean {
  return (
    nestsTooDeep(block) ||
    lineWithoutEnd.test(block) ||
    count(block, /^ {0,3}(?:=+|-+)[ \t]*$/gm) > most.underlines ||
    hasLongFormula(block) ||
    hasWideTable(block) ||
    block.split(newParagraph).some((paragraph) => count(paragraph, emphasis) > most.emphasis) ||
    count(block, marks) + 2 * count(block, listMarks) > most.marks
  );
}

const emphasis = /\*+|_+|~+/g;
const newParagraph = /\n(?=[ \t]*(?:\n|[|#]|[-+*>][ \t]|\d{1,9}[.)][ \t]))/;
const marks = /\*+|_+|~+|`+|\$\$|[[\]|<&\\]/g;
const listMarks = /(?:^|[ \t>])(?:[-+*>]|\d{1,9}[.)])(?=[ \t])/gm;

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function hasLongFormula(block: string): boolean {
  return block.includes("$$") && block.split("$$").some((part, index) => index % 2 === 1 && part.length > most.formula);
}

/** As wide as the row of dashes below the head says. */
function hasWideTable(block: string): boolean {
  const lines = block.split("\n");
  const columns = Math.max(0, ...lines.filter((line) => /^[ \t>]*\|?[ \t]*:?-+:?[ \t]*\|[-:| \t]*$/.test(line)).map((line) => line.split("|").length - 1));
  return columns * lines.length > most.cells;
}
