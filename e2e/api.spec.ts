import { violations } from "./axe.ts";
import { expect, test } from "./fixtures.ts";
import { conversation } from "./recorded.ts";

/** The page on which the conversation is code. */

const [color] = conversation("color").turns;

test("the conversation is there as code in three languages, to be copied", async ({ chat, page }) => {
  await chat.ask(color.text, color.files);
  await chat.ended(1);
  await page.getByRole("button", { name: "Use via API" }).click();
  const dialog = page.getByRole("dialog", { name: "Use via API" });
  const code = dialog.getByRole("region");
  await expect(code).toContainText("curl http");
  await expect(code).toContainText(color.text);
  await dialog.getByRole("tab", { name: "Python" }).click();
  await expect(code).toContainText("from openai import OpenAI");
  await dialog.getByRole("button", { name: "Copy the code in Python" }).click();
  await expect(dialog.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(`"text": ${JSON.stringify(color.text)}`);
  expect(await violations(page, "dialog")).toEqual([]);
});
