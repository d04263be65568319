/** A table's cells as text. */
export interface TableData {
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

export type SortOrder = "ascending" | "descending";

/** RFC 4180. Cells that a spreadsheet would take for a formula begin with an apostrophe. */
export function toCsv({ head, rows }: TableData): string {
  return [...(head.length > 0 ? [head] : []), ...rows].map((row) => row.map(csvCell).join(",")).join("\r\n") + "\r\n";
}

function csvCell(cell: string): string {
  const text = /^[=@+\t\r]|^-(?!\s*[\d.])/.test(cell) && numberIn(cell) === undefined ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** GitHub's tables. */
export function toMarkdownTable({ head, rows }: TableData): string {
  const width = Math.max(head.length, ...rows.map((row) => row.length));
  const line = (row: readonly string[]) => `| ${Array.from({ length: width }, (_, column) => markdownCell(row[column] ?? "")).join(" | ")} |\n`;
  return line(head) + `|${" --- |".repeat(width)}\n` + rows.map(line).join("");
}

function markdownCell(cell: string): string {
  return cell.replaceAll("|", "\\|").replaceAll(/\r?\n/g, "<br>").trim();
}

/** The places of the rows in the order of a column: numbers by their value, then words, what is empty last. */
export function sortedRows(rows: readonly (readonly string[])[], column: number, order: SortOrder): number[] {
  const sign = order === "ascending" ? 1 : -1;
  const cells = rows.map((row) => (row[column] ?? "").trim());
  const numbers = cells.map(numberIn);
  const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const compare = (a: number, b: number): number => {
    const [left = "", right = ""] = [cells[a], cells[b]];
    if (left === "" || right === "") return Number(left === "") - Number(right === "");
    const [first, second] = [numbers[a], numbers[b]];
    if (first !== undefined && second !== undefined) return sign * (first - second);
    if (first !== undefined || second !== undefined) return sign * (first === undefined ? 1 : -1);
    return sign * words.compare(left, right);
  };
  return cells.map((_, index) => index).sort(compare);
}

/** "1,234.5", "$12", "12 %", "−3", "3.5 kg": the number, where the cell is one with at most a unit. */
export function numberIn(cell: string): number | undefined {
  const plain = cell.normalize("NFKC").replaceAll("−", "-").trim();
  const match = /^(?:[$€£¥₩₹]|US\$|[A-Z]{3}\s)?\s*([+-]?\s*(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?)\s*(?:%|[$€£¥₩₹元]|[\p{L}°²³/]{1,6})?$/u.exec(plain);
  const digits = match?.[1]?.replaceAll(/[,\s]/g, "") ?? "";
  return /\d/.test(digits) ? Number(digits) : undefined;
}
