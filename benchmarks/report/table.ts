import { reaches, type Row } from "../row.ts";

const header = ["work", "unit", "against", "theirs", "ours", "ratio", "to reach", "reached"] as const;

/** The table's lines, a cell each, without its header. */
function cells(row: Row): string[] {
  const each = (text: (variant: Row["ours"][number]) => string) => row.ours.map(text).filter(Boolean).join(" · ");
  return [
    row.work,
    row.unit,
    row.against ?? "",
    row.theirs === undefined ? (row.against === undefined ? "" : "not installed") : figure(row.theirs),
    each(({ name, value }) => `${figure(value)} (${name})`),
    each(({ ratio }) => (ratio === undefined ? "" : `${ratio.toFixed(2)}×`)),
    row.bar ? `${row.bar.kind === "least" ? "≥" : "≤"} ${Number(row.bar.limit.toFixed(2))}${row.against === undefined ? ` ${row.unit}` : "×"}` : "",
    each((variant) => ({ true: "yes", false: "no", undefined: "" })[`${reaches(variant, row)}`]),
  ];
}

/** Columns of spaces. */
export function consoleTable(rows: readonly Row[]): string {
  const lines = [[...header], ...rows.map(cells)];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()).join("\n");
}

export function markdownTable(rows: readonly Row[]): string {
  const line = (texts: readonly string[]) => `| ${texts.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map((row) => line(cells(row)))].join("\n");
}

/** Three digits that count. */
export function figure(value: number): string {
  if (value >= 100) return Math.round(value).toString();
  return Number(value.toPrecision(3)).toString();
}
