import { expect, test } from "./fixtures.ts";

const chromiumPath = process.env.CHROMIUM_PATH;

// Only a browser that is told to agree to everything gives a screen where there is none.
test.use({
  launchOptions: {
    ...(chromiumPath ? { executablePath: chromiumPath } : {}),
    args: ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
  },
});

test("a picture of the screen is taken, and the screen given back", async ({ chat, page }) => {
  await chat.choose("Screen");
  const dialog = page.getByRole("dialog", { name: "Screen" });
  const live = dialog.locator("video");
  await expect.poll(() => live.evaluate((video: HTMLVideoElement) => video.videoWidth)).toBeGreaterThan(0);
  const stream = await live.evaluateHandle((video: HTMLVideoElement) => video.srcObject);
  await dialog.getByRole("button", { name: "Take the picture" }).click();
  await expect(page.getByRole("button", { name: /^Remove Screen .*\.png$/ })).toBeVisible({ timeout: 30_000 });
  expect(await stream.evaluate((shared) => shared instanceof MediaStream && shared.active)).toBe(false);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true });
  test("the menu is a sheet of what a phone can do", async ({ page, chat }) => {
    await page.getByRole("button", { name: "Attach", exact: true }).click();
    const menu = page.getByRole("dialog", { name: "What to attach" });
    await expect(menu.getByRole("button")).toHaveText([/^Pictures and clips/, /^Take a picture/, /^From a link/]);
    const box = await menu.boundingBox();
    expect(box && Math.round(box.y + box.height)).toBe(800);
    expect(box?.width).toBe(390);
    const chooser = page.waitForEvent("filechooser");
    await menu.getByRole("button", { name: "Take a picture" }).click();
    expect(await (await chooser).element().getAttribute("capture")).toBe("environment");
    await expect(chat.attachments).toHaveCount(0);
  });
});
