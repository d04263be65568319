import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Download, Locator } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { ChatPage } from "./page.ts";
import { conversation } from "./recorded.ts";
import { pausingWorker, whileSlow } from "./slowWorker.ts";

/** Conversations: kept in the browser, each with all its versions. */

test.use({ serverOptions: { worker: pausingWorker } });

const [long] = conversation("texture").turns;
const [color] = conversation("color").turns;
const [shape] = conversation("shape").turns;
const [first, second] = conversation("turns").turns;
const followUp = second ?? first;

async function isShown(picture: Locator): Promise<void> {
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
}

async function textOf(download: Download): Promise<string> {
  return readFile(await download.path(), "utf8");
}

test.describe("with a server that has lost the uploads", () => {
  // The browser notes what is not there.
  test.use({ allowedErrors: /status of 404/ });

  /** What a data folder that was emptied comes to. */
  async function lose(chat: ChatPage): Promise<void> {
    const source = (await chat.questions.first().locator("img").getAttribute("src")) ?? "";
    expect(await chat.page.evaluate(async (url) => (await fetch(url, { method: "DELETE" })).status, source)).toBe(204);
  }

  test("the next question is answered nevertheless", async ({ chat }) => {
    await chat.ask(first.text, first.files);
    expect(await chat.words(await chat.ended(1))).toBe(first.answer);
    await lose(chat);
    await chat.ask(followUp.text);
    expect(await chat.words(await chat.ended(2))).toBe(followUp.answer);
  });

  test("everything is there after a reload, the picture too", async ({ chat, page }) => {
    await chat.ask(first.text, first.files);
    await chat.ended(1);
    await page.waitForTimeout(1000); // the conversation is saved about once a second
    await lose(chat);
    await page.reload();
    await isShown(chat.questions.first().locator("img"));
    expect(await chat.words(await chat.ended(1))).toBe(first.answer);
  });
});

test("an answer that is made again stands beside the first", async ({ chat, page }) => {
  await chat.ask(color.text, color.files);
  await chat.ended(1);
  await chat.press(await chat.ended(1), "Regenerate");
  const answer = await chat.ended(1);
  await expect(answer.getByText("2/2")).toBeVisible();
  await answer.getByRole("button", { name: "Previous version" }).click();
  await expect(answer.getByText("1/2")).toBeVisible();
  await expect(answer.getByRole("button", { name: "Next version" })).toBeEnabled();
  await page.waitForTimeout(1000);
  await page.reload();
  await expect((await chat.ended(1)).getByText("1/2")).toBeVisible();
  expect(await chat.words(await chat.ended(1))).toBe(color.answer);
});

test("a message is edited with its attachment, and both versions stay", async ({ chat }) => {
  await chat.ask(color.text, color.files);
  expect(await chat.words(await chat.ended(1))).toBe(color.answer);
  await chat.press(chat.questions.first(), "Edit message");
  await expect(chat.message).toHaveValue(color.text);
  await chat.removal(path.basename(color.files[0] ?? "")).click();
  await chat.ask(shape.text, shape.files);
  expect(await chat.words(await chat.ended(1))).toBe(shape.answer);
  const question = chat.questions.first();
  await expect(question.getByText("2/2")).toBeVisible();
  await question.getByRole("button", { name: "Previous version" }).click();
  await expect(question).toContainText(color.text);
  expect(await chat.words(await chat.ended(1))).toBe(color.answer);
});

test("an answer is edited, and the next question follows what it says now", async ({ chat, page }) => {
  await chat.ask(first.text, first.files);
  await chat.press(await chat.ended(1), "Edit answer");
  const editor = page.getByRole("textbox", { name: "Edit answer" });
  await editor.fill("  ");
  await editor.press("ControlOrMeta+Enter"); // nothing is no answer
  await editor.fill("It is a **blue** circle.");
  await page.getByRole("button", { name: "Save as a version" }).click();
  await expect(await chat.ended(1)).toContainText("It is a blue circle.");
  await expect(await chat.ended(1)).toContainText("Edited by you");
  await chat.ask(followUp.text);
  await chat.ended(2);
  await chat.answers.first().getByRole("button", { name: "Previous version" }).click();
  await expect(chat.answers).toHaveCount(1);
  expect(await chat.words(await chat.ended(1))).toBe(first.answer);
});

test("an answer that was stopped is continued where it was", async ({ chat, server }) => {
  await chat.upload(long.files);
  await whileSlow(server, async (pace) => {
    await chat.ask(long.text);
    await chat.begun(1, long.answer);
    pace.halt();
    await chat.stop.click();
    pace.slow();
    await expect(await chat.ended(1)).toContainText("Stopped by you");
  });
  await chat.press(await chat.ended(1), "Continue");
  await expect(await chat.ended(1)).toContainText("Complete");
  expect(await chat.words(await chat.ended(1))).toBe(long.answer);
});

test("a deleted message comes back with what followed it", async ({ chat, page }) => {
  await chat.ask(first.text, first.files);
  await chat.ended(1);
  await chat.ask(followUp.text);
  await chat.ended(2);
  await chat.press(chat.questions.nth(1), "Delete from here on");
  await expect(chat.answers).toHaveCount(1);
  await page.getByRole("button", { name: "Undo" }).click();
  expect(await chat.words(await chat.ended(2))).toBe(followUp.answer);
});

test("two conversations are answered at once, each in its place", async ({ chat, server }) => {
  await chat.upload(long.files);
  await whileSlow(server, async () => {
    await chat.ask(long.text);
    await chat.begun(1, long.answer);
    await chat.fresh.click();
    await expect(chat.questions).toHaveCount(0);
    await chat.ask(color.text, color.files);
    await expect(chat.history.getByText("Answering")).toHaveCount(2);
  });
  expect(await chat.words(await chat.ended(1))).toBe(color.answer);
  await chat.open(long.text);
  await expect(chat.questions).toContainText(long.text);
  expect(await chat.words(await chat.ended(1))).toBe(long.answer);
  await expect(chat.history.getByText("Answering")).toHaveCount(0);
});

test("each conversation has a draft of its own", async ({ chat, page }) => {
  await chat.ask(color.text, color.files);
  await chat.ended(1);
  await chat.upload(shape.files);
  await chat.message.fill("for the first");
  await chat.fresh.click();
  await expect(chat.message).toHaveValue("");
  await expect(chat.attachments).toHaveCount(0);
  await chat.message.fill("for the second");
  // At once: the last words are kept too.
  await page.reload();
  await expect(chat.message).toHaveValue("for the second");
  await chat.open(color.text);
  await expect(chat.message).toHaveValue("for the first");
  await chat.uploaded(shape.files);
});

test("the history finds words in messages, and shows where", async ({ chat, page }) => {
  await chat.ask(color.text, color.files);
  await chat.ended(1);
  await chat.fresh.click();
  await chat.ask(shape.text, shape.files);
  await chat.ended(1);
  await page.keyboard.press("ControlOrMeta+k");
  await page.keyboard.type("heart is");
  const hits = page.getByRole("list", { name: "Found conversations" });
  await expect(hits.getByRole("listitem")).toHaveCount(1);
  await expect(hits.locator("mark")).toHaveText("heart is");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(chat.answers).toContainText(color.answer);
});

test("conversations are renamed, pinned and deleted, and a deletion is undone", async ({ chat, page }) => {
  await chat.ask(color.text, color.files);
  await chat.ended(1);
  await chat.manage(color.text, "Rename");
  await page.getByRole("textbox", { name: "Title" }).fill("Hearts");
  await page.keyboard.press("Enter");
  await chat.manage("Hearts", "Pin");
  await expect(page.getByRole("region", { name: "Pinned" })).toContainText("Hearts");
  await chat.manage("Hearts", "Delete");
  await expect(chat.row("Hearts")).toHaveCount(0);
  await expect(chat.questions).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  expect(await chat.words(await chat.ended(1))).toBe(color.answer);
  await expect(page.getByRole("region", { name: "Pinned" })).toContainText("Hearts");
});

test("another tab holds another conversation, and sees what changes", async ({ chat, page, server }) => {
  await chat.ask(color.text, color.files);
  await chat.ended(1);
  const other = new ChatPage(await page.context().newPage());
  await other.page.goto(server.url);
  await expect(other.answers).toHaveCount(1);
  await other.fresh.click();
  await other.ask(shape.text, shape.files);
  await other.ended(1);
  await expect(chat.row(shape.text)).toHaveCount(1);
  await expect(chat.questions).toContainText(color.text);
  await chat.manage(shape.text, "Delete");
  await expect(other.questions).toHaveCount(0);
});

test("an exported conversation comes back in another browser, with its picture and all versions", async ({ chat, page, browser, server }) => {
  await chat.ask(color.text, color.files);
  await chat.ended(1);
  await chat.press(await chat.ended(1), "Regenerate");
  await expect((await chat.ended(1)).getByText("2/2")).toBeVisible();

  const [markdown] = await Promise.all([page.waitForEvent("download"), chat.manage(color.text, "Export as Markdown")]);
  const written = await textOf(markdown);
  expect(written).toMatch(/# What color is the heart\?[^]*## You[^]*color\.png[^]*## Assistant\s+The heart is orange\./);
  const [json] = await Promise.all([page.waitForEvent("download"), chat.manage(color.text, "Export with media (JSON)")]);
  const bytes = Buffer.from(await textOf(json));

  const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
  const elsewhere = new ChatPage(await context.newPage());
  await elsewhere.page.goto(server.url);
  await elsewhere.page.getByTestId("import").setInputFiles({ name: "broken.json", mimeType: "application/json", buffer: bytes.subarray(0, 100) });
  await expect(elsewhere.history.getByRole("alert")).toContainText("broken.json is damaged or incomplete");
  await elsewhere.page.getByTestId("import").setInputFiles({ name: "talk.json", mimeType: "application/json", buffer: bytes });
  await expect(elsewhere.history.getByText("One conversation was imported.")).toBeVisible();
  await isShown(elsewhere.questions.first().locator("img"));
  const answer = await elsewhere.ended(1);
  await expect(answer.getByText("2/2")).toBeVisible();
  expect(await elsewhere.words(answer)).toBe(color.answer);
  await elsewhere.press(answer, "Regenerate");
  await expect((await elsewhere.ended(1)).getByText("3/3")).toBeVisible();
  expect(await elsewhere.words(await elsewhere.ended(1))).toBe(color.answer);

  const transfer = await elsewhere.page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "talk.md", { type: "text/markdown" }));
    return data;
  }, written);
  const target = elsewhere.history.getByRole("button", { name: "Import", exact: true });
  for (const type of ["dragenter", "dragover", "drop"]) await target.dispatchEvent(type, { dataTransfer: transfer });
  await expect(elsewhere.row(color.text)).toHaveCount(2);
  await expect(elsewhere.attachments).toHaveCount(0);
  await expect(await elsewhere.ended(1)).toContainText(color.answer);
  await context.close();
});
