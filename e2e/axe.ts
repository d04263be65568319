import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/**
 * The rules that the page breaks, each with the first element that breaks it: all of them in light, what is a matter of colours in
 * dark, too.
 * @param part a selector of what is new on the page; all of it without one
 */
export async function violations(page: Page, part = "html"): Promise<string[]> {
  // Without the frames: what a model wrote is shown in them, and is not ours.
  const axe = () => new AxeBuilder({ page }).setLegacyMode().include(part);
  const light = await axe().analyze();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await axe().withRules(["color-contrast"]).analyze();
  await page.emulateMedia({ colorScheme: "light" });
  return [...light.violations, ...dark.violations].map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
}
