/** The table of a model card that says how many questions of each kind were answered rightly. */

export interface Tally {
  right: number;
  asked: number;
}

const start = "<!-- accuracy -->";
const end = "<!-- /accuracy -->";

/** A Markdown table, with all kinds together in its last row. */
export function accuracyTable(tallies: ReadonlyMap<string, Tally>): string {
  const total: Tally = { right: 0, asked: 0 };
  for (const { right, asked } of tallies.values()) {
    total.right += right;
    total.asked += asked;
  }
  const rows = [...tallies, ["all" as string, total] as const].map(([kind, { right, asked }]) => `| ${kind} | ${right} | ${asked} |`);
  return ["| Kind | Right | Asked |", "| --- | --- | --- |", ...rows].join("\n");
}

/** A model card with another text between its markers. @throws Error where it has no markers. */
export function replaceAccuracy(card: string, text: string): string {
  const from = card.indexOf(start);
  const to = card.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`The model card has no place for the table: it needs ${start} and ${end}.`);
  return `${card.slice(0, from)}${start}\n\n${text}\n\n${card.slice(to)}`;
}
