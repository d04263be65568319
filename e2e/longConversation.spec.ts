import path from "node:path";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

/** Conversations of so many turns that not all of them have their full form at once. */

test.use({ serverOptions: { worker: path.join(import.meta.dirname, "recitingWorker.ts") } });

const turns = 60;

async function importConversation(page: Page): Promise<void> {
  const words = "It goes on for a while, as sentences of answers do, and comes to an end when it has said what it has to say.\n\n".repeat(6);
  const messages = Array.from({ length: turns }, (_, turn) => [
    { role: "user", content: `Question ${turn + 1}` },
    { role: "assistant", content: `The needle of answer **number${turn + 1}** lies here.\n\n${words}` },
  ]).flat();
  await page.getByTestId("import").setInputFiles({ name: "long.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(messages)) });
  await page.locator("[data-conversation]").click();
}

async function find(page: Page, words: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByRole("searchbox", { name: "Search conversations" }).fill(words);
  await page.locator("[data-conversation]", { has: page.locator("mark", { hasText: words }) }).click();
}

test("a long conversation: its first turns take their form when they are scrolled to, and what is found in it is shown where it stands", async ({ chat, page }) => {
  await importConversation(page);
  await expect(chat.answers).toHaveCount(turns);
  await expect(chat.answers.last().locator("strong")).toBeInViewport();
  await chat.log.evaluate((log) => log.closest(".overflow-y-auto")?.scrollTo(0, 0));
  await expect(chat.answers.first().locator("strong")).toHaveText("number1");
  await expect(chat.answers.first().locator("strong")).toBeInViewport();

  await find(page, "number17");
  const found = chat.answers.nth(16);
  await expect(found).toBeFocused();
  await expect(found.locator("strong")).toBeInViewport();

  // A page that has shown no turn yet finds it, too.
  await chat.fresh.click();
  await expect(chat.answers).toHaveCount(0);
  await page.reload();
  await expect(page.locator("[data-conversation]")).toHaveCount(1);
  await find(page, "number23");
  await expect(chat.answers.nth(22)).toBeFocused();
  await expect(chat.answers.nth(22).locator("strong")).toBeInViewport();
  await expect(chat.answers).toHaveCount(turns);
});
