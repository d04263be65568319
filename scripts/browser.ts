import { chromium } from "playwright";

/**
 * Prints the first of the named browsers that starts, and exits with 1 where none does. "playwright" names the one that
 * Playwright downloaded and is printed as an empty line, which is how its `executablePath` means it.
 */

async function starts(candidate: string): Promise<boolean> {
  try {
    const browser = await chromium.launch(candidate === "playwright" ? {} : { executablePath: candidate });
    await browser.close();
    return true;
  } catch {
    return false; // not there, or a library that it needs is not: the next one is tried
  }
}

async function firstOf(candidates: readonly string[]): Promise<string | undefined> {
  for (const candidate of candidates) if (await starts(candidate)) return candidate;
  return undefined;
}

const browser = await firstOf(process.argv.slice(2));
if (browser === undefined) process.exitCode = 1;
else console.log(browser === "playwright" ? "" : browser);
