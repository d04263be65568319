import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { drawChart } from "./report/chart.ts";
import { chartsOf } from "./report/charts.ts";
import { markdownTable } from "./report/table.ts";
import { readResults } from "./results.ts";

/** `npm run bench:publish`: writes what `npm run bench` has measured into the README, between its markers, and draws the charts. */

const root = path.join(import.meta.dirname, "..");
const chartFolder = path.join("docs", "benchmarks");
const markers = /(<!-- benchmarks -->\n)[\s\S]*(<!-- \/benchmarks -->)/;

const results = await readResults();
if (!results) throw new Error("nothing has been measured yet: npm run bench");
await mkdir(path.join(root, chartFolder), { recursive: true });
const pictures: string[] = [];
for (const { file, chart } of chartsOf(results.rows)) {
  await writeFile(path.join(root, chartFolder, file), drawChart(chart));
  pictures.push(`![${chart.title}: ${chart.subtitle}](${path.posix.join("docs", "benchmarks", file)})`);
}
const section = [`${results.date.slice(0, 10)}: ${results.machine}. ${results.disturbance}`, markdownTable(results.rows), ...pictures].join("\n\n");
const readme = path.join(root, "README.md");
const text = await readFile(readme, "utf8");
if (!markers.test(text)) throw new Error("the README has lost its markers");
await writeFile(readme, text.replace(markers, (_, start: string, end: string) => `${start}\n${section}\n\n${end}`));
