import lighthouse, { desktopConfig } from "lighthouse";
import { median } from "../statistics.ts";

export const categories = ["performance", "accessibility", "best-practices"] as const;
export type Category = (typeof categories)[number];
export type Device = "desktop" | "mobile";

export interface LighthouseScores {
  device: Device;
  /** 0 to 100, medians. */
  scores: Readonly<Record<Category, number>>;
  /** What cost points in the last run: the audit, and what it says. */
  shortcomings: readonly string[];
}

/** Lighthouse's own presets: a desktop, and a phone of the middle class with a slow network. */
export async function measureLighthouse(url: string, port: number, { device, runs }: { device: Device; runs: number }): Promise<LighthouseScores> {
  const found: Record<Category, number[]> = { performance: [], accessibility: [], "best-practices": [] };
  let shortcomings: string[] = [];
  for (let run = 0; run < runs; run += 1) {
    const result = await lighthouse(url, { port, onlyCategories: [...categories], logLevel: "error" }, device === "desktop" ? desktopConfig : undefined);
    if (!result) throw new Error("Lighthouse gave no result.");
    const { lhr } = result;
    for (const category of categories) found[category].push((lhr.categories[category]?.score ?? 0) * 100);
    shortcomings = categories.flatMap((category) =>
      (lhr.categories[category]?.auditRefs ?? []).flatMap(({ id, weight }) => {
        const audit = lhr.audits[id];
        return weight > 0 && audit?.score != null && audit.score < 0.9 ? [`${audit.title}: ${audit.displayValue ?? audit.score}`] : [];
      }),
    );
  }
  return { device, scores: { performance: median(found.performance), accessibility: median(found.accessibility), "best-practices": median(found["best-practices"]) }, shortcomings };
}
