import path from "node:path";
import { parseArgs } from "node:util";
import { DemoServer } from "../../e2e/demoServer.ts";
import { startBrowser, type MeasuredBrowser } from "./browser.ts";
import { measureFirstLoad } from "./firstLoad.ts";
import { categories, measureLighthouse, type Device } from "./lighthouse.ts";
import { scenes } from "./scenes.ts";
import { freshPage } from "./typing.ts";

/**
 * `npm run bench:page`: what the built page costs a browser. What is loaded first, Lighthouse's scores, and how smooth typing
 * stays beside long answers, long conversations and long lines.
 *
 * Flags: --only load,lighthouse,typing; --scene WORDS (those whose name has them); --slow N: the page has a processor N times
 * slower while somebody types; --runs N of Lighthouse (3).
 */

const parts = ["load", "lighthouse", "typing"];
const text = { type: "string" } as const;
const { values } = parseArgs({ options: { only: text, scene: text, slow: text, runs: text } });
const wanted = new Set(values.only?.split(",") ?? parts);
const runs = Number(values.runs ?? 3);
const slowdown = Number(values.slow ?? 1);

/** The bars: bytes, points, milliseconds. */
const mostScript = 200_000;
const leastScore = 95;
const longestTask = 100;

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
const verdict = (reached: boolean) => (reached ? "yes" : "no");

function print(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const lines = [header, header.map(() => "---"), ...rows];
  console.log(`${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`);
}

async function load({ browser }: MeasuredBrowser, url: string): Promise<void> {
  const files = await measureFirstLoad(browser, url);
  const scripts = files.filter(({ kind }) => kind === "script");
  print(["script", "compressed", "size", "encoding"], scripts.map(({ path: file, transferred, size, encoding }) => [file, kilobytes(transferred), kilobytes(size), encoding]));
  const sum = (kinds: readonly string[]) => files.filter(({ kind }) => kinds.includes(kind)).reduce((total, { transferred }) => total + transferred, 0);
  const script = sum(["script"]);
  print(
    ["first load", "compressed", "at most", "reached"],
    [
      ["JavaScript", kilobytes(script), kilobytes(mostScript), verdict(script < mostScript)],
      ["page", kilobytes(sum(["page"])), "", ""],
      ["style sheets", kilobytes(sum(["style"])), "", ""],
      ["pictures, fonts and data", kilobytes(sum(["other"])), "", ""],
    ],
  );
}

async function lighthouseScores({ port }: MeasuredBrowser, url: string): Promise<void> {
  const devices: Device[] = ["desktop", "mobile"];
  const rows: string[][] = [];
  for (const device of devices) {
    const { scores, shortcomings } = await measureLighthouse(url, port, { device, runs });
    rows.push([device, ...categories.map((category) => scores[category].toFixed(0)), `${leastScore}`, verdict(categories.every((category) => scores[category] >= leastScore))]);
    for (const line of shortcomings) console.error(`${device}: ${line}`);
  }
  print(["Lighthouse", ...categories, "at least", "reached"], rows);
}

async function typing({ browser }: MeasuredBrowser, url: string): Promise<void> {
  const rows: string[][] = [];
  for (const { name, run } of scenes) {
    if (values.scene !== undefined && !name.includes(values.scene)) continue;
    const page = await freshPage(browser, url, slowdown);
    const { p50, p95, worst, keys, longestTask: longest, longTasks } = await run(page);
    await page.context().close();
    rows.push([name, `${keys}`, ...[p50, p95, worst, longest].map((value) => value.toFixed(0)), `${longTasks}`, verdict(longest < longestTask && p95 < longestTask)]);
    console.error(rows.at(-1)?.join(" · "));
  }
  print(["while typing beside", "keys", "key to picture p50", "p95", "worst", "longest task, ms", "tasks over 50 ms", "reached"], rows);
}

await using server = await DemoServer.start({ worker: path.resolve(import.meta.dirname, "../../e2e/recitingWorker.ts") });
await using browser = await startBrowser();
if (wanted.has("load")) await load(browser, server.url);
if (wanted.has("lighthouse")) await lighthouseScores(browser, server.url);
if (wanted.has("typing")) await typing(browser, server.url);
