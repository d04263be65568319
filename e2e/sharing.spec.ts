import path from "node:path";
import type { Browser, Page } from "@playwright/test";
import { violations } from "./axe.ts";
import { projectRoot } from "./demoServer.ts";
import { expect, test } from "./fixtures.ts";
import { ChatPage } from "./page.ts";
import { drawing, PictureViewer } from "./pictureViewer.ts";

/** What others see: the page by its public link, and a conversation by its own. A program stands in for the tunnel. */

const standIn = [process.execPath, "--import", "tsx", path.join(projectRoot, "server", "testing", "tunnelStandIn.ts"), "{url}"];
test.use({ serverOptions: { flags: ["--auth", "ann:right horse", "--share-command", standIn.map((word) => JSON.stringify(word)).join(" ")] } });

const question = "Locate every shape and output the bbox coordinates in JSON format.";

async function open(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function logIn(page: Page, password: string): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill("ann");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
}

/** The public link as the page shows it, by which this machine reaches the stand-in. */
async function publicLink(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Addresses of this page" }).click();
  const dialog = page.getByRole("dialog", { name: "Share this page" });
  await expect(dialog.getByRole("img", { name: "QR code: Public link" })).toBeVisible({ timeout: 30_000 });
  const link = (await dialog.getByRole("link", { name: /^Public link/ }).getAttribute("href")) ?? "";
  return link.replace("https:", "http:");
}

test("by the public link a visitor logs in and asks about a picture; a tunnel that dies is shown and opened again", async ({ browser, server }) => {
  const own = await open(browser, server.url);
  await logIn(own, "right horse");
  const link = await publicLink(own);
  expect(await violations(own)).toEqual([]);

  const visitor = new ChatPage(await open(browser, link));
  await logIn(visitor.page, "wrong");
  await expect(visitor.page.getByRole("alert")).toContainText("The name or the password is wrong.");
  await logIn(visitor.page, "right horse");
  await visitor.ask(question, [drawing]);
  expect(await visitor.words(await visitor.ended(1))).toContain("bbox_2d");

  process.kill(await server.tunnelPid(), "SIGKILL");
  const dialog = own.getByRole("dialog", { name: "Share this page" });
  const shown = dialog.getByRole("link", { name: /^Public link/ });
  await expect(shown).not.toHaveAttribute("href", link.replace("http:", "https:"), { timeout: 30_000 });
  await expect(shown).toBeVisible({ timeout: 30_000 });
  await expect(own.getByRole("textbox", { name: "Message", exact: true })).toBeAttached();
});

test("a conversation is read by everybody who has its link, with its picture and marks, until it is revoked", async ({ browser, server }) => {
  const ann = new ChatPage(await open(browser, server.url));
  await logIn(ann.page, "right horse");
  await ann.ask(question, [drawing]);
  const words = await ann.words(await ann.ended(1));

  const title = (await ann.history.locator("[data-conversation] [title]").first().getAttribute("title")) ?? "";
  await ann.manage(title, "Share…");
  const dialog = ann.page.getByRole("dialog", { name: "Share this conversation" });
  await expect(dialog).toContainText("2 messages, 1 picture");
  expect(await violations(ann.page)).toEqual([]);

  // Who cancels while the server is still asked for the picture shares nothing.
  const asked = Promise.withResolvers<undefined>();
  await ann.page.route("**/api/media/*", async (route) => {
    if (route.request().method() === "HEAD") await asked.promise;
    await route.continue();
  });
  const head = ann.page.waitForRequest((request) => request.method() === "HEAD");
  await dialog.getByRole("button", { name: "Create link" }).click();
  const looked = (await head).response();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  asked.resolve(undefined);
  await looked;
  await ann.page.unroute("**/api/media/*");
  await ann.manage(title, "Share…");
  await expect(dialog).toContainText("2 messages, 1 picture");

  await dialog.getByRole("radio", { name: "30 days" }).click();
  await dialog.getByRole("button", { name: "Create link" }).click();
  const made = ann.page.getByRole("dialog", { name: "The conversation is shared" });
  const address = (await made.getByRole("link", { name: /^Link to the conversation/ }).getAttribute("href")) ?? "";
  const shared = new URL(new URL(address).pathname, server.url).href;

  // Somebody without a login.
  const reader = new ChatPage(await open(browser, shared));
  const answer = reader.page.getByRole("article", { name: "Assistant", exact: true });
  expect(await reader.words(answer)).toBe(words);
  await expect(reader.message).toHaveCount(0);
  await expect(reader.page.getByRole("button", { name: /^(Send|Edit|Regenerate|Delete)/ })).toHaveCount(0);
  await reader.page.getByRole("button", { name: /^Enlarge/ }).click();
  const viewer = new PictureViewer(reader.page);
  await expect(viewer.rows).toHaveCount([...words.matchAll(/bbox_2d/g)].length);
  await expect.poll(() => viewer.stage.getByRole("img").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  expect(await violations(reader.page)).toEqual([]);

  // Who may use the demo goes on with it.
  await reader.page.getByRole("button", { name: "Continue in your own chat" }).click();
  await logIn(reader.page, "right horse");
  await reader.page.getByRole("button", { name: "Continue in your own chat" }).click();
  await reader.ask("How many shapes are there?");
  await expect(await reader.ended(2)).toContainText("shape");

  await expect(made.getByRole("button", { name: /^Revoke the link/ })).toHaveCount(1);
  await made.getByRole("button", { name: /^Revoke the link/ }).click();
  await expect(made.getByRole("button", { name: /^Revoke the link/ })).toHaveCount(0);
  const late = await open(browser, shared);
  await expect(late.getByRole("heading", { name: "There is no conversation here" })).toBeVisible();
  expect(await violations(late)).toEqual([]);
});
