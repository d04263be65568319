import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "@playwright/test";
import { ffmpegFile, noisePng, pdf, png, whiteRow } from "./files.ts";
import { expect, test } from "./fixtures.ts";
import { userFile, type ChatPage, type UserFile } from "./page.ts";
import { conversation } from "./recorded.ts";

/** The ways to attach something besides picking, dropping and pasting pictures and clips. */

// The addresses of these tests are on this machine.
test.use({ serverOptions: { environment: { QWEN_DEMO_PRIVATE_URLS: "1" } } });

const [drawing] = conversation("color", "shape", "count").turns;
const [pair] = conversation("two-which", "two-compare").turns;
const document = (name: string, bytes: Buffer): UserFile => ({ name, type: "application/pdf", bytes });
const white = (width: number, height: number): Buffer => png(width, height, Buffer.concat(Array<Buffer>(height).fill(whiteRow(width))));

/** What the page asks of the server from now on. */
function requests(page: Page): string[] {
  const sent: string[] = [];
  page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => sent.push(String(payload))));
  return sent;
}

test.describe("PDF", () => {
  test("the chosen pages are attached as pictures, and answered", async ({ chat, page }) => {
    await chat.attach([document("paper.pdf", pdf(["One", "Two", "Three", "Four", "Five"]))]);
    const dialog = page.getByRole("dialog", { name: "Pages of paper.pdf" });
    await expect(dialog.getByRole("checkbox")).toHaveCount(5);
    await expect(dialog.getByRole("button", { name: "Attach 5 pages" })).toBeEnabled();
    await expect.poll(() => dialog.locator("canvas").first().evaluate((canvas: HTMLCanvasElement) => canvas.width)).toBeGreaterThan(0);

    const range = dialog.getByRole("textbox", { name: /^Pages/ });
    await range.fill("1-x");
    await expect(dialog).toContainText("Write pages like this: 1-3");
    await range.fill("1-2, 5");
    await expect(dialog.getByRole("checkbox", { name: "Page 5" })).toBeChecked();
    await expect(dialog.getByRole("checkbox", { name: "Page 3" })).not.toBeChecked();
    await dialog.getByRole("checkbox", { name: "Page 2" }).click();
    await expect(range).toHaveValue("1, 5");
    await expect(dialog.getByRole("status")).toHaveText(/^2 pages, about \d+ tokens$/);
    await dialog.getByRole("button", { name: "Attach 2 pages" }).click();

    for (const name of ["paper.pdf p. 1", "paper.pdf p. 5"]) await expect(chat.removal(name)).toBeVisible({ timeout: 30_000 });
    // 200 × 100 points at 144 DPI.
    await expect(chat.attachments.first()).toContainText("400×200");
    await expect(chat.attachments.last()).toContainText("Page 5 of paper.pdf");
    await chat.send.click();
    await chat.ended(1);
  });

  test("words of a page are drawn, without embedded fonts too", async ({ chat, page }) => {
    await chat.attach([document("word.pdf", pdf(["Hello"]))]);
    await page.getByRole("button", { name: "Attach 1 page" }).click();
    await expect(chat.removal("word.pdf p. 1")).toBeVisible({ timeout: 30_000 });
    const dark = await chat.attachments.locator("img").evaluate(async (image: HTMLImageElement) => {
      await image.decode();
      const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
      const context = canvas.getContext("2d");
      if (!context) return 0;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      return data.filter((value, index) => index % 4 === 0 && value < 100).length;
    });
    expect(dark).toBeGreaterThan(200);
  });

  for (const { what, bytes, reason } of [
    { what: "one with a password", bytes: pdf(["Secret"], { locked: true }), reason: /bad\.pdf.* is protected by a password/ },
    { what: "a broken one", bytes: Buffer.from("%PDF-1.4\nnothing of a document"), reason: /bad\.pdf.* is not a PDF that can be read/ },
  ]) {
    test(`${what} is refused with the reason, and the text stays`, async ({ chat, page }) => {
      await chat.message.fill("Keep this.");
      await chat.attach([document("bad.pdf", bytes)], "drop");
      await expect(chat.alerts.filter({ hasText: reason })).toBeVisible();
      await expect(page.getByRole("dialog")).toHaveCount(0);
      await expect(chat.message).toHaveValue("Keep this.");
    });
  }

  test("a long one shows its pages without drawing them all", async ({ chat, page }) => {
    await chat.attach([document("long.pdf", pdf(Array.from({ length: 300 }, (_, index) => `Page ${index + 1}`)))]);
    const dialog = page.getByRole("dialog", { name: "Pages of long.pdf" });
    await expect(dialog.getByRole("checkbox")).toHaveCount(300);
    await expect.poll(() => dialog.locator("canvas").first().evaluate((canvas: HTMLCanvasElement) => canvas.width)).toBeGreaterThan(0);
    const drawn = await dialog.locator("canvas").evaluateAll((canvases) => canvases.filter((canvas) => canvas instanceof HTMLCanvasElement && canvas.width > 0).length);
    expect(drawn).toBeLessThan(100);
    // More than fit are not chosen.
    await expect(dialog.getByRole("textbox", { name: /^Pages/ })).toHaveValue("1-256");
  });
});

test.describe("by address", () => {
  const elsewhere = createServer((request, response) => {
    if (request.url === "/drawing.png") void userFile(drawing.files[0] ?? "").then(({ bytes }) => response.end(bytes));
    else if (request.url === "/slow.png") response.writeHead(200, { "Content-Length": "500000" }).write(noisePng(100, 100));
    else response.writeHead(404).end();
  });
  const address = (file: string): string => `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/${file}`;
  test.beforeAll(() => new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve)));
  test.afterAll(() => {
    elsewhere.closeAllConnections();
    elsewhere.close();
  });

  test("a picture is fetched by the server, and answered", async ({ chat, page }) => {
    await chat.choose("From a link");
    const dialog = page.getByRole("dialog", { name: "Attach from a link" });
    await dialog.getByRole("textbox").fill("drawing.png");
    await dialog.getByRole("button", { name: "Attach" }).click();
    await expect(dialog.getByRole("alert")).toContainText("http://");
    // Words that are selected up to the backdrop do not close the dialog.
    await dialog.getByRole("textbox").hover();
    await page.mouse.down();
    await page.mouse.move(2, 2);
    await page.mouse.up();
    await expect(dialog.getByRole("textbox")).toHaveValue("drawing.png");
    await dialog.getByRole("textbox").fill(address("drawing.png"));
    await page.keyboard.press("Enter");
    await expect(chat.removal("drawing.png")).toBeVisible({ timeout: 30_000 });
    await expect(chat.attachments).toContainText("From 127.0.0.1");
    await chat.ask(drawing.text);
    expect(await chat.words(await chat.ended(1))).toBe(drawing.answer);
  });

  test("a pasted address is offered as an attachment", async ({ chat, page }) => {
    const url = address("drawing.png");
    await page.evaluate((text) => navigator.clipboard.writeText(text), url);
    await chat.message.click();
    await page.keyboard.press("ControlOrMeta+v");
    await expect(chat.message).toHaveValue(url);
    const offer = page.getByRole("status").filter({ hasText: "Attach the picture at 127.0.0.1" });
    await offer.getByRole("button", { name: "Attach" }).click();
    await expect(chat.message).toHaveValue("");
    await expect(chat.removal("drawing.png")).toBeVisible({ timeout: 30_000 });
  });

  test("a fetch shows how far it is, and can be stopped", async ({ chat, page }) => {
    await chat.choose("From a link");
    await page.getByRole("textbox", { name: "Link to a picture or clip" }).fill(address("slow.png"));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("progressbar", { name: "Uploading slow.png" })).toBeVisible();
    // What is on its way is not lost unasked.
    const asked = page.waitForEvent("dialog");
    await page.close({ runBeforeUnload: true });
    const leaving = await asked;
    expect(leaving.type()).toBe("beforeunload");
    await leaving.dismiss();
    await page.getByRole("button", { name: "Cancel the upload of slow.png" }).click();
    await expect(chat.attachments).toHaveCount(0);
  });

  test.describe("that leads nowhere", () => {
    test.use({ allowedErrors: /status of 502/ });
    test("is named with the reason", async ({ chat, page }) => {
      await chat.choose("From a link");
      await page.getByRole("textbox", { name: "Link to a picture or clip" }).fill(address("missing.png"));
      await page.keyboard.press("Enter");
      await expect(chat.alerts.filter({ hasText: "could not be fetched" })).toBeVisible();
      await expect(chat.attachments).toHaveCount(0);
    });
  });
});

test.describe("long texts", () => {
  const long = "The wind turned in the night. ".repeat(150).trim();

  test("a long paste is a card, which is sent as words", async ({ chat, page }) => {
    const sent = requests(page);
    await page.reload();
    await chat.message.fill("What happened?");
    await page.evaluate((text) => navigator.clipboard.writeText(text), long);
    await page.keyboard.press("ControlOrMeta+v");
    await expect(chat.message).toHaveValue("What happened?");
    await expect(chat.attachments).toContainText("4,499 characters");
    await chat.send.click();
    await chat.ended(1);
    expect(sent.some((frame) => frame.includes(`${long}\\n\\nWhat happened?`))).toBe(true);
    await chat.log.getByText("Pasted text").click();
    await expect(chat.log.getByText(long)).toBeVisible();
  });

  test("it can be turned back into text, and a text file comes the same way", async ({ chat, page }) => {
    await chat.attach([{ name: "story.txt", type: "text/plain", bytes: Buffer.from("Once upon a time.") }], "drop");
    await expect(chat.attachments).toContainText("Once upon a time.");
    await page.getByRole("button", { name: "Back to text: story.txt" }).click();
    await expect(chat.message).toHaveValue("Once upon a time.");
    await expect(chat.attachments).toHaveCount(0);
  });
});

test.describe("the order", () => {
  const names = (chat: ChatPage): Promise<string[]> => chat.attachments.locator("p[title]").allTextContents();
  const handle = (chat: ChatPage, name: string) => chat.page.getByRole("button", { name: new RegExp(`^Move ${name}`) });
  test.beforeEach(async ({ chat }) => {
    await chat.attach(["a.png", "b.png", "c.png"].map((name, index) => ({ name, type: "image/png", bytes: white(64, 64 + 32 * index) })));
    for (const name of ["a.png", "b.png", "c.png"]) await expect(chat.removal(name)).toBeVisible();
  });

  test("is changed by arrow keys, which is said", async ({ chat, page }) => {
    await handle(chat, "c.png").press("ArrowLeft");
    await expect.poll(() => names(chat)).toEqual(["a.png", "c.png", "b.png"]);
    await expect(page.getByRole("status").filter({ hasText: "c.png is now 2 of 3" })).toBeAttached();
    await page.keyboard.press("Home");
    await expect.poll(() => names(chat)).toEqual(["c.png", "a.png", "b.png"]);
    await expect(handle(chat, "c.png")).toBeFocused();
  });

  test("is changed by dragging", async ({ chat, page }) => {
    const from = await handle(chat, "a.png").boundingBox();
    const to = await handle(chat, "c.png").boundingBox();
    if (!from || !to) throw new Error("The handles are not on the page");
    await page.mouse.move(from.x + 10, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(to.x + 12, to.y + 12, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => names(chat)).toEqual(["b.png", "c.png", "a.png"]);
  });

  test("stays where one is replaced", async ({ chat, page }) => {
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Replace b.png" }).click();
    await (await chooser).setFiles({ name: "new.png", mimeType: "image/png", buffer: white(96, 96) });
    await expect(chat.removal("new.png")).toBeVisible();
    expect(await names(chat)).toEqual(["a.png", "new.png", "c.png"]);
  });
});

test.describe("clips of pictures", () => {
  const frames = () => ffmpegFile(["-f", "lavfi", "-i", "testsrc=size=128x96:rate=4:duration=1", "-frames:v", "1"], ".png");

  test("a folder of numbered pictures becomes a clip", async ({ chat, page }) => {
    const folder = await mkdtemp(path.join(tmpdir(), "walk-"));
    try {
      const bytes = await frames();
      for (let number = 1; number <= 12; number++) await writeFile(path.join(folder, `frame-${number}.png`), bytes);
      const sent = requests(page);
      await page.reload();
      const chooser = page.waitForEvent("filechooser");
      await chat.choose("Folder of frames");
      await (await chooser).setFiles(folder);
      const dialog = page.getByRole("dialog", { name: "Frames of a clip" });
      await expect(dialog).toContainText("12 pictures become one clip");
      await dialog.getByRole("textbox", { name: "Frames per second" }).fill("4");
      await expect(dialog).toContainText("3 s long");
      await dialog.getByRole("button", { name: "Attach as a clip" }).click();
      await expect(chat.removal(path.basename(folder))).toBeVisible({ timeout: 30_000 });
      await expect(chat.attachments).toHaveCount(1);
      await expect(chat.attachments).toContainText("12 frames");
      await chat.ask("What happens?");
      await chat.ended(1);
      expect(sent.some((frame) => frame.includes('"sample_fps":4'))).toBe(true);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("attached pictures become a clip, unless their sizes differ", async ({ chat, page }) => {
    await chat.upload(pair.files);
    await page.getByRole("button", { name: "Use as one clip" }).click();
    await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("pair");
    await page.getByRole("button", { name: "Attach as a clip" }).click();
    const joined = chat.removal("pair");
    const refused = chat.alerts.filter({ hasText: "has another size than the first frame" });
    await expect(joined.or(refused)).toBeVisible();
    await chat.attach([{ name: "x.png", type: "image/png", bytes: white(64, 64) }]);
    await expect(chat.removal("x.png")).toBeVisible();
  });
});

test.describe("the camera", () => {
  const stamped = (name: string): RegExp => new RegExp(`^Remove ${name} .*\\.(png|webm)$`);

  test("takes a picture and a clip", async ({ chat, page, context }) => {
    await context.grantPermissions(["camera"]);
    for (const { button, name } of [{ button: "Take the picture", name: "Photo" }, { button: "Record a clip", name: "Recording" }]) {
      await chat.choose("Camera");
      const dialog = page.getByRole("dialog", { name: "Camera" });
      await dialog.getByRole("button", { name: button }).click();
      if (name === "Recording") {
        await expect(dialog.getByRole("timer")).toContainText("2 s");
        await dialog.getByRole("button", { name: "Stop recording" }).click();
      }
      await expect(page.getByRole("button", { name: stamped(name) })).toBeVisible({ timeout: 30_000 });
    }
    await expect(chat.attachments).toHaveCount(2);
  });

  test("is explained where it is refused", async ({ chat, page, context }) => {
    await context.clearPermissions();
    await chat.choose("Camera");
    const dialog = page.getByRole("dialog", { name: "Camera" });
    await expect(dialog.getByRole("alert")).toContainText("The browser does not allow it.");
    await context.grantPermissions(["camera"]);
    await dialog.getByRole("button", { name: "Try again" }).click();
    await dialog.getByRole("button", { name: "Take the picture" }).click();
    await expect(page.getByRole("button", { name: stamped("Photo") })).toBeVisible({ timeout: 30_000 });
  });
});
