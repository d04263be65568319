import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { conversation } from "./recorded.ts";

/** The three zones, and the keyboard. */

const [drawing] = conversation("color", "shape").turns;
const [pair] = conversation("two-which", "two-compare").turns;

const history = (page: Page): Locator => page.getByRole("navigation", { name: "Conversations" });
const viewer = (page: Page): Locator => page.getByRole("complementary", { name: "Viewer" });
const sheet = (page: Page): Locator => page.getByRole("dialog", { name: "Viewer" });
const pictures = (page: Page): Locator => page.getByRole("log").getByRole("button", { name: /^Enlarge/ });

async function widthOf(element: Locator): Promise<number> {
  return (await element.boundingBox())?.width ?? 0;
}

test("the history folds away and stays folded after a reload", async ({ chat, page }) => {
  await expect(history(page)).toBeVisible();
  await page.getByRole("button", { name: "Hide conversations" }).click();
  await expect(history(page)).toBeHidden();
  await page.reload();
  await expect(chat.message).toBeVisible();
  await expect(history(page)).toBeHidden();
  await page.keyboard.press("Alt+l");
  await expect(history(page)).toBeVisible();
});

test("a picture comes into the viewer; with nothing in focus the viewer is gone", async ({ chat, page }) => {
  await chat.ask(pair.text, pair.files);
  await chat.ended(1);
  await expect(viewer(page)).toBeHidden();
  await pictures(page).nth(1).click();
  await expect(viewer(page)).toBeVisible();
  await expect(viewer(page)).toContainText("2 of 2");
  await viewer(page).getByRole("button", { name: "Previous" }).click();
  await expect(viewer(page)).toContainText("1 of 2");
  await page.keyboard.press("Escape");
  await expect(viewer(page)).toBeHidden();
});

test("opened by the keyboard, the viewer takes the focus and gives it back", async ({ chat, page }) => {
  await chat.ask(drawing.text, drawing.files);
  await chat.ended(1);
  await page.keyboard.press("Shift+Tab");
  await pictures(page).first().focus();
  await page.keyboard.press("Enter");
  await expect(viewer(page)).toBeFocused();
  await viewer(page).getByRole("button", { name: "Close the viewer" }).press("Enter");
  await expect(pictures(page).first()).toBeFocused();
});

test("the line between conversation and viewer is moved by keys and by pointer, and is remembered", async ({ chat, page }) => {
  await chat.ask(drawing.text, drawing.files);
  await chat.ended(1);
  await pictures(page).first().click();
  const line = page.getByRole("separator", { name: "Width of the viewer" });
  const before = await widthOf(viewer(page));
  await line.press("ArrowLeft");
  await expect(line).toHaveAttribute("aria-valuenow", "52");
  expect(await widthOf(viewer(page))).toBeGreaterThan(before);
  await line.press("End");
  await expect(line).toHaveAttribute("aria-valuenow", "25");

  const box = await line.boundingBox();
  await page.mouse.move((box?.x ?? 0) + 1, 300);
  await page.mouse.down();
  await page.mouse.move((box?.x ?? 0) - 200, 300, { steps: 4 });
  await page.mouse.up();
  const dragged = await line.getAttribute("aria-valuenow");
  expect(Number(dragged)).toBeGreaterThan(35);
  await page.reload();
  await pictures(page).first().click();
  await expect(line).toHaveAttribute("aria-valuenow", dragged ?? "");
});

test("the question mark shows the shortcuts, but not where one writes", async ({ chat, page }) => {
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await chat.message.press("?");
  await expect(chat.message).toHaveValue("?");
  await expect(help).toBeHidden();
  await chat.message.blur();
  await page.keyboard.press("?");
  await expect(help).toContainText("Search conversations");
  await page.keyboard.press("Escape");
  await expect(help).toBeHidden();
  await page.keyboard.press("Alt+i");
  await expect(chat.message).toBeFocused();
});

test("by keys alone: asked, heard, copied, edited, searched, begun anew", async ({ chat, page }) => {
  await chat.upload(drawing.files);
  await chat.message.pressSequentially(drawing.text);
  await page.keyboard.press("Enter");
  const answer = await chat.ended(1);
  await expect(answer).toContainText(/tokens\/s/);
  // What a screen reader says: the sentence, once it is whole.
  await expect(page.locator("[aria-live=polite][aria-atomic=true]")).toContainText(drawing.answer.replace(/[*_`]/g, "").trim());
  await page.keyboard.press("Alt+c");
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(drawing.answer);
  await page.keyboard.press("Alt+m");
  await expect(chat.message).toHaveValue(drawing.text);
  await page.getByRole("button", { name: "Cancel", exact: true }).press("Enter");
  await expect(chat.message).toHaveValue("");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("searchbox", { name: "Search conversations" })).toBeFocused();
  await page.keyboard.press("Alt+n");
  await expect(chat.answers).toHaveCount(0);
  await expect(chat.message).toBeFocused();
});

test("what the reader thinks of an answer stays; the page can be installed", async ({ chat, page }) => {
  await chat.ask(drawing.text, drawing.files);
  const answer = await chat.ended(1);
  await chat.press(answer, "Good answer");
  await chat.press(answer, "Bad answer");
  await page.reload();
  await expect(answer.getByRole("button", { name: "Bad answer" })).toHaveAttribute("aria-pressed", "true");
  await expect(answer.getByRole("button", { name: "Good answer" })).toHaveAttribute("aria-pressed", "false");
  const manifest = await page.locator("link[rel=manifest]").getAttribute("href");
  expect(await (await page.request.get(new URL(manifest ?? "", page.url()).href)).json()).toMatchObject({ display: "standalone", start_url: "/", icons: [{ sizes: "192x192" }, { sizes: "512x512" }, { purpose: "maskable" }, {}] });
});

test.describe("on a phone of 390 pixels", () => {
  // Without motion, for places on the screen are taken.
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, reducedMotion: "reduce" });

  test("the history is a drawer that the back button closes", async ({ chat, page }) => {
    await expect(chat.message).toBeVisible();
    const drawer = page.getByRole("dialog", { name: "Conversations" });
    const open = page.getByRole("button", { name: "Show conversations" });
    await expect(history(page)).toBeHidden();
    await open.click();
    await expect(drawer).toBeVisible();
    await expect(drawer.getByRole("button", { name: "Switch to Chinese" })).toBeVisible();
    await page.goBack();
    await expect(drawer).toBeHidden();
    await expect(open).toBeFocused();
    await open.click();
    await page.keyboard.press("Escape");
    await expect(drawer).toBeHidden();
  });

  test("the viewer is a sheet: of half and of full height, closed by Esc, by back and by the finger", async ({ chat, page }) => {
    await chat.ask(drawing.text, drawing.files);
    await chat.ended(1);
    const picture = pictures(page).first();
    const height = async (): Promise<number> => Math.round(((await sheet(page).boundingBox())?.height ?? 0) / 84.4);

    await picture.click();
    await expect.poll(height).toBe(6);
    await sheet(page).getByRole("button", { name: "Enlarge to full height" }).click();
    await expect.poll(height).toBe(10);
    await page.keyboard.press("Escape");
    await expect(sheet(page)).toBeHidden();
    await expect(picture).toBeFocused();

    await picture.click();
    await page.goBack();
    await expect(sheet(page)).toBeHidden();
    await expect(chat.message).toBeVisible();

    await picture.click();
    const handle = sheet(page).getByRole("button", { name: "Enlarge to full height" });
    const box = await handle.boundingBox();
    const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 10];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y + 380, { steps: 12 });
    await page.mouse.up();
    await expect(sheet(page)).toBeHidden();
  });
});
