import type { Row } from "../row.ts";
import type { Bar, Chart } from "./chart.ts";
import { figure } from "./table.ts";

interface Topic {
  file: string;
  title: string;
  subtitle: string;
  /** How the work of its rows begins, and how it may end. */
  prefix: string;
  suffix?: string;
  /** Without what the title says already. */
  label: (work: string) => string;
}

const afterComma = (work: string) => work.slice(work.indexOf(",") + 1).trim();
const topics: readonly Topic[] = [
  { file: "decode.svg", title: "Writing an answer, 2B shape", subtitle: "tokens per second; longer bars are better", prefix: "decode, context", label: afterComma },
  { file: "prefill.svg", title: "Reading a prompt, 2B shape", subtitle: "tokens per second; longer bars are better", prefix: "prefill, ", label: afterComma },
  { file: "vision.svg", title: "Seeing a picture, 2B shape", subtitle: "seconds; shorter bars are better", prefix: "vision tower", label: (work) => `${afterComma(work)} pixels` },
  { file: "memory.svg", title: "Memory while writing, 2B shape", subtitle: "resident MB; shorter bars are better", prefix: "memory while decoding", suffix: "resident", label: (work) => afterComma(work).replace(": resident", "") },
  { file: "users.svg", title: "Many users, 2B shape", subtitle: "tokens per second of all together; longer bars are better", prefix: "8 users", label: () => "8 users against 1" },
];

/** The charts that can be drawn of some rows, by the name of their file. */
export function chartsOf(rows: readonly Row[]): { file: string; chart: Chart }[] {
  return topics.flatMap(({ file, title, subtitle, prefix, suffix = "", label }) => {
    const own = rows.filter(({ work }) => work.startsWith(prefix) && work.endsWith(suffix) && !/embedded|layers/.test(work));
    const groups = [...Map.groupBy(own, ({ work }) => work)].map(([work, same]) => ({ label: label(work), bars: barsOf(same) }));
    return groups.length === 0 ? [] : [{ file, chart: { title, subtitle, groups, figure } }];
  });
}

/** Ours once, then the others. */
function barsOf(rows: readonly Row[]): Bar[] {
  const bars = new Map<string, Bar>();
  for (const { ours } of rows) for (const { name, value } of ours) bars.set(name, { name: `ours, ${name}`, value, ours: true });
  for (const { against, theirs } of rows) if (against !== undefined && theirs !== undefined) bars.set(against, { name: against, value: theirs, ours: false });
  return [...bars.values()];
}
