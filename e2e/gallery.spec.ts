import path from "node:path";
import { examples } from "../components/gallery/examples.ts";
import { en } from "../components/i18n/en.ts";
import { zh } from "../components/i18n/zh.ts";
import { expect, test } from "./fixtures.ts";

/** The examples of the empty page. */

test("each example fills the composer with its pictures or clip, its question and its settings", async ({ chat, page }) => {
  test.setTimeout(240_000);
  for (const { id, media, demo } of examples.filter((example) => example.demo?.includes("en") !== false)) {
    const { title, prompt } = en.gallery.examples[id];
    await page.getByRole("button", { name: `Try: ${title}`, exact: true }).click();
    await expect(chat.message).toHaveValue(prompt);
    await chat.uploaded(media);
    await expect(chat.attachments, id).toHaveCount(media.length);
    await expect(chat.message).toBeFocused();
    if (demo === undefined) await expect(page.getByText("Needs a real Qwen3-VL checkpoint").first()).toBeVisible();
  }
  await expect(chat.answers).toHaveCount(0);
  await expect(chat.alerts).toHaveCount(0);
});

for (const [id, answer] of [
  ["list", /red circle.*blue square|blue square.*red circle/],
  ["count", /4/],
  ["color", /yellow/],
  ["which", /Picture 2/],
] as const) {
  test(`the embedded model answers the example ${id}, which comes first`, async ({ chat, page }) => {
    const gallery = page.getByRole("region", { name: "Examples to try" });
    await expect(gallery.getByRole("heading").first()).toHaveText("Shapes");
    await expect(gallery.getByText("The small demo model can do this")).toBeVisible();
    await page.getByRole("button", { name: `Run: ${en.gallery.examples[id].title}`, exact: true }).click();
    const article = await chat.ended(1);
    await expect(article).toContainText(answer);
  });
}

test.describe("in Chinese", () => {
  test.use({ locale: "zh-CN" });
  for (const [id, answer] of [
    ["list", "圆"],
    ["count", "4"],
    ["color", "黄"],
    ["shape", "心"],
  ] as const) {
    test(`the embedded model answers the example ${id}`, async ({ chat, page }) => {
      const { title, prompt } = zh.gallery.examples[id];
      await page.getByRole("button", { name: `运行：${title}`, exact: true }).click();
      await expect(chat.page.getByRole("log").getByText(prompt)).toBeVisible();
      await expect(page.getByRole("log").getByRole("article").nth(1)).toContainText(answer, { timeout: 30_000 });
    });
  }
});

test("the filter shows one kind of example", async ({ page, chat }) => {
  await expect(chat.message).toBeVisible();
  const gallery = page.getByRole("region", { name: "Examples to try" });
  await gallery.getByRole("button", { name: "Clips", exact: true }).click();
  await expect(gallery.getByRole("heading")).toHaveText(["Clips"]);
  await expect(gallery.getByRole("listitem")).toHaveCount(examples.filter(({ category }) => category === "clips").length);
  await gallery.getByRole("button", { name: "All", exact: true }).click();
  await expect(gallery.getByRole("heading")).toHaveCount(7);
});

test("the thumbnails are there", async ({ page, chat }) => {
  await expect(chat.message).toBeVisible();
  const pictures = page.getByRole("region", { name: "Examples to try" }).locator("img");
  for (const picture of await pictures.all()) {
    await picture.scrollIntoViewIfNeeded();
    await expect.poll(() => picture.evaluate((it) => it instanceof HTMLImageElement && it.complete && it.naturalWidth > 0), { message: path.basename((await picture.getAttribute("src")) ?? "") }).toBe(true);
  }
});
