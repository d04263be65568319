import type { Browser, Page } from "playwright";
import { z } from "zod";
import { median } from "../statistics.ts";

/** What a reader feels while something happens; milliseconds. */
export interface Smoothness {
  /** From a key to the next picture. Below 16 a browser does not say how much. */
  p50: number;
  p95: number;
  worst: number;
  keys: number;
  /** Of everything that kept the page from answering for more than 50 ms. */
  longestTask: number;
  longTasks: number;
}

const measuredSchema = z.object({ keys: z.array(z.number()), tasks: z.array(z.number()) });

/** Below it the browser does not say how long a key took. */
const shortestEvent = 16;

/** Begins to listen: `__keys` are the durations of keys, `__tasks` those of long tasks. */
const listen = `(() => {
  window.__keys = []; window.__tasks = [];
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (entry.name === "keydown") window.__keys.push(entry.duration); }).observe({ type: "event", durationThreshold: ${shortestEvent} });
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.__tasks.push(entry.duration); }).observe({ type: "longtask" });
})()`;

const sentence = "while this is written the reader already thinks of the next question ";

/** Types into the message box, ten keys a second, for as long as `until` is not there. */
export async function typeDuring(page: Page, until: Promise<unknown>, atLeast: number): Promise<Smoothness> {
  await page.evaluate(listen);
  const progress = { over: false };
  const ended = until.then(() => (progress.over = true));
  const box = page.getByRole("textbox", { name: "Message", exact: true });
  await box.focus();
  let keys = 0;
  while (!progress.over || keys < atLeast) {
    await page.keyboard.type(sentence[keys % sentence.length] ?? " ");
    keys += 1;
    await page.waitForTimeout(100);
  }
  await ended;
  await page.waitForTimeout(300); // the observers come after the fact
  const measured = measuredSchema.parse(await page.evaluate("({ keys: window.__keys, tasks: window.__tasks })"));
  return summarize(measured, keys);
}

function summarize({ keys: slow, tasks }: z.infer<typeof measuredSchema>, keys: number): Smoothness {
  const durations = [...slow, ...Array.from({ length: Math.max(0, keys - slow.length) }, () => shortestEvent)].sort((a, b) => a - b);
  return {
    p50: median(durations),
    p95: durations[Math.ceil(durations.length * 0.95) - 1] ?? NaN,
    worst: durations.at(-1) ?? NaN,
    keys,
    longestTask: Math.max(0, ...tasks),
    longTasks: tasks.length,
  };
}

/** A page of its own, as a reader who is new here has it, on a processor that is `slowdown` times slower than this one. */
export async function freshPage(browser: Browser, url: string, slowdown: number): Promise<Page> {
  const context = await browser.newContext({ locale: "en", viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(url, { waitUntil: "networkidle" });
  const debug = await context.newCDPSession(page);
  await debug.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  return page;
}
