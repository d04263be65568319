import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** The rules that the page breaks, each with the first element that breaks it: all of them in light, what is a matter of colours in dark, too. */
export async function violations(page: Page): Promise<string[]> {
  // What a model wrote is shown in frames: it is not ours.
  const options = { iframes: false };
  const light = await new AxeBuilder({ page }).options(options).analyze();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await new AxeBuilder({ page }).options({ ...options, runOnly: ["color-contrast"] }).analyze();
  await page.emulateMedia({ colorScheme: "light" });
  return [...light.violations, ...dark.violations].map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
}
