import { violations } from "./axe.ts";
import { expect, test } from "./fixtures.ts";
import { conversation } from "./recorded.ts";

const [drawing] = conversation("color", "shape").turns;

test("the language is switched, and stays after a reload", async ({ chat, page }) => {
  await page.getByRole("button", { name: "Switch to Chinese" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", /^zh/);
  await expect(chat.message).toHaveCount(0);
  await expect(page.getByRole("textbox")).toHaveAccessibleName(/\p{Script=Han}/u);
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", /^zh/);
  await page.getByRole("button", { name: "English", exact: false }).or(page.getByRole("button", { name: "切换到英文" })).first().click();
  await expect(chat.message).toBeVisible();
});

test("the theme is switched, and stays after a reload", async ({ page, chat }) => {
  await page.emulateMedia({ colorScheme: "light" });
  const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await expect(chat.message).toBeVisible();
  const light = await background();
  await page.getByRole("button", { name: "Theme: system" }).click();
  await page.getByRole("button", { name: "Theme: light" }).click();
  await expect(page.getByRole("button", { name: "Theme: dark" })).toBeVisible();
  await expect.poll(background).not.toBe(light);
  const dark = await background();
  await page.reload();
  await expect.poll(background).toBe(dark);
});

test.describe("on a phone of 390 pixels", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("a picture is asked about, and nothing is wider than the screen", async ({ chat, page }) => {
    const overflow = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await expect(chat.message).toBeInViewport();
    expect(await overflow()).toBe(0);
    await chat.ask(drawing.text, drawing.files);
    const answer = await chat.ended(1);
    await expect(answer).toContainText(drawing.answer);
    await expect(answer).toBeInViewport();
    await expect(chat.message).toBeInViewport();
    expect(await overflow()).toBe(0);
  });
});

const screens = [
  { name: "a desktop", viewport: { width: 1440, height: 900 }, isMobile: false, hasTouch: false },
  { name: "a phone", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
];
for (const { name, ...screen } of screens) {
  test.describe(`on ${name}`, () => {
    test.use({ ...screen, colorScheme: "light", reducedMotion: "reduce" });

    test("no page and no dialog violates a rule of axe", async ({ chat, page }) => {
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      expect(await violations(page), "empty").toEqual([]);

      await page.getByRole("button", { name: /^About the model/ }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      expect(await violations(page), "model").toEqual([]);
      await page.keyboard.press("Escape");

      await chat.message.blur();
      await page.keyboard.press("?");
      await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
      expect(await violations(page), "shortcuts").toEqual([]);
      await page.keyboard.press("Escape");

      if (screen.isMobile) {
        await page.getByRole("button", { name: "Show conversations" }).click();
        await expect(page.getByRole("dialog", { name: "Conversations" })).toBeVisible();
        expect(await violations(page), "history").toEqual([]);
        await page.keyboard.press("Escape");
      }

      await chat.upload(drawing.files);
      expect(await violations(page), "attached").toEqual([]);
      await chat.ask(drawing.text);
      await chat.ended(1);
      expect(await violations(page), "answered").toEqual([]);

      await page.getByRole("log").getByRole("button", { name: /^Enlarge/ }).click();
      await expect(page.getByRole("button", { name: "Close the viewer" })).toBeVisible();
      expect(await violations(page), "viewer").toEqual([]);
    });
  });
}
