import path from "node:path";
import { noisePng } from "./files.ts";
import { expect, test } from "./fixtures.ts";
import type { Entry } from "./page.ts";
import { conversation } from "./recorded.ts";

const [drawing] = conversation("color", "shape", "count").turns;
const [pair] = conversation("two-which", "two-compare").turns;
const [greeting] = conversation("talk").turns;

const entries: Entry[] = ["pick", "paste"];
for (const entry of entries) {
  test(`a picture comes by ${entry}`, async ({ chat }) => {
    await chat.ask(drawing.text, drawing.files, entry);
    expect(await chat.words(await chat.ended(1))).toBe(drawing.answer);
  });
}

test("files come one after the other and all at once, and can be removed", async ({ chat }) => {
  await chat.upload(drawing.files, "pick");
  await expect(chat.attachments).toHaveCount(1);
  await chat.upload(pair.files, "drop");
  await expect(chat.attachments).toHaveCount(3);
  await chat.removal(path.basename(pair.files[0] ?? "")).click();
  await expect(chat.attachments).toHaveCount(2);
  await chat.uploaded([...drawing.files, ...pair.files.slice(1)]);
});

test("a clip shows its length and how many frames are looked at", async ({ chat }) => {
  const [clip] = conversation("clip-direction", "clip-describe").turns;
  await chat.upload(clip.files, "drop");
  await expect(chat.attachments).toContainText(/\d frames/);
  const poster = chat.attachments.locator("img").first();
  await expect.poll(() => poster.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
});

test("a picture may be sent without text, and nothing at all may not", async ({ chat }) => {
  await expect(chat.send).toBeDisabled();
  await chat.ask("", drawing.files);
  const answer = await chat.ended(1);
  expect(await chat.words(answer)).not.toBe("");
  await expect(chat.send).toBeDisabled();
});

test("Enter sends, Shift+Enter breaks the line", async ({ chat }) => {
  await chat.message.click();
  await chat.page.keyboard.type("Hello");
  await chat.page.keyboard.press("Shift+Enter");
  await chat.page.keyboard.type("you");
  await expect(chat.message).toHaveValue("Hello\nyou");
  await expect(chat.answers).toHaveCount(0);
  await chat.page.keyboard.press("Enter");
  await expect(chat.message).toHaveValue("");
  await chat.ended(1);
});

test("the Enter that accepts what an input method proposes does not send", async ({ chat }) => {
  const press = (isComposing: boolean): Promise<void> =>
    chat.message.evaluate((box, composing) => {
      box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: composing, bubbles: true, cancelable: true }));
    }, isComposing);
  await chat.message.fill(greeting.text);
  await press(true);
  await expect(chat.message).toHaveValue(greeting.text);
  await expect(chat.answers).toHaveCount(0);
  await press(false);
  await chat.ended(1);
});

test("an upload shows how far it is and can be cancelled", async ({ chat, page }) => {
  const network = await page.context().newCDPSession(page);
  const slow = 40_000; // bytes a second
  await network.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: slow });
  await chat.message.fill("Keep this.");
  await chat.attach([{ name: "noise.png", type: "image/png", bytes: noisePng(500, 400) }]);
  await expect(page.getByRole("progressbar", { name: "Uploading noise.png" })).toBeVisible();
  await page.getByRole("button", { name: "Cancel the upload of noise.png" }).click();
  await expect(chat.attachments).toHaveCount(0);
  await expect(chat.message).toHaveValue("Keep this.");

  await network.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await chat.ask(drawing.text, drawing.files);
  expect(await chat.words(await chat.ended(1))).toBe(drawing.answer);
});

test("what was written and attached but not sent survives a reload", async ({ chat, page }) => {
  await chat.upload(drawing.files);
  await chat.message.fill(drawing.text);
  await page.waitForTimeout(1000); // the draft is saved a moment after the last key
  await page.reload();
  await expect(chat.message).toHaveValue(drawing.text);
  await chat.send.click();
  expect(await chat.words(await chat.ended(1))).toBe(drawing.answer);
});

test("a conversation is cleared, and a new one begins", async ({ chat }) => {
  await chat.ask(drawing.text, drawing.files);
  await chat.ended(1);
  await chat.fresh.click();
  await expect(chat.answers).toHaveCount(0);
  await chat.ask(greeting.text);
  expect(await chat.words(await chat.ended(1))).toBe(greeting.answer);
});
