import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { ChatPage } from "./page.ts";
import { conversation } from "./recorded.ts";
import { Relay } from "./relay.ts";

/** Who comes in, and what they see. */

test.use({ serverOptions: { flags: ["--auth", "ann:right horse", "--auth", "bob:battery"] } });

const [turn] = conversation("color").turns;

async function open(browser: Browser, url: string, options: Parameters<Browser["newContext"]>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"], ...options });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function logIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
}

test("two people in two browsers each see what is theirs", async ({ browser, server }) => {
  const ann = new ChatPage(await open(browser, server.url));
  const bob = new ChatPage(await open(browser, `${server.url}/en`));
  await logIn(ann.page, "ann", "right horse");
  await logIn(bob.page, "bob", "battery");
  await expect(bob.page).toHaveURL(`${server.url}/en`);

  const upload = ann.page.waitForResponse((response) => response.url().endsWith("/api/media"));
  await ann.ask(turn.text, turn.files);
  expect(await ann.words(await ann.ended(1))).toBe(turn.answer);
  const { id } = (await (await upload).json()) as { id: string };
  const status = (page: Page): Promise<number> => page.evaluate(async (path) => (await fetch(path)).status, `/api/media/${id}`);
  expect([await status(ann.page), await status(bob.page)]).toEqual([200, 404]);

  // In the browser too, the next one who logs in begins with nothing.
  await expect(ann.history).toContainText("Logged in as ann");
  await ann.history.getByRole("button", { name: "Log out" }).click();
  await expect(ann.page).toHaveURL(`${server.url}/login`);
  await logIn(ann.page, "bob", "battery");
  await expect(ann.message).toBeVisible();
  await expect(ann.history.locator("[data-conversation]")).toHaveCount(0);
});

test("a login that ends leaves the page as it is, and goes on from there", async ({ browser, server }) => {
  const { page, message, ...chat } = new ChatPage(await open(browser, server.url));
  await logIn(page, "ann", "right horse");
  await expect(chat.history).toContainText("Logged in as ann");
  await message.fill("half a question");
  // As after a new password, or in another tab.
  await page.evaluate(async () => fetch("/logout", { method: "POST", redirect: "manual" }));
  const dialog = page.getByRole("dialog", { name: "You are no longer logged in" });
  await expect(dialog.getByLabel("Password")).toBeFocused();
  await dialog.getByLabel("Password").fill("wrong");
  await dialog.getByRole("button", { name: "Log in" }).click();
  await expect(dialog).toContainText("The name or the password is wrong.");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await expect(dialog.getByLabel("Name")).toHaveValue("ann");
  await dialog.getByLabel("Password").fill("right horse");
  await dialog.getByRole("button", { name: "Log in" }).click();
  await expect(dialog).toBeHidden();
  await expect(message).toHaveValue("half a question");
  await chat.send.click();
  await expect(page.getByRole("log")).toContainText("half a question");
  await expect(page.getByRole("log").getByRole("article", { name: "Assistant" })).toHaveAttribute("aria-busy", "false");
});

test("a login in another tab counts here too: of the same account the page goes on, of another it begins anew", async ({ browser, server }) => {
  await using relay = await Relay.to(server.url);
  const { page, message, history } = new ChatPage(await open(browser, relay.url));
  const inAnotherTab = (path: string, form: Record<string, string>): Promise<boolean> =>
    page.evaluate(async ([to, fields]) => (await fetch(to, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" })).type === "opaqueredirect", [path, form] as const);
  const dialog = page.getByRole("dialog", { name: "You are no longer logged in" });
  const lost = page.getByText("Connection lost");
  await logIn(page, "ann", "right horse");
  await message.fill("half a question");

  await inAnotherTab("/logout", {});
  await expect(dialog).toBeVisible();
  expect(await inAnotherTab("/login", { name: "ann", password: "right horse" })).toBe(true);
  await expect(dialog).toBeHidden();
  await expect(lost).toBeHidden();
  relay.cut();
  await expect(lost).toBeVisible();
  await expect(dialog).toBeHidden();
  relay.mend();
  await expect(message).toHaveValue("half a question");

  await inAnotherTab("/logout", {});
  expect(await inAnotherTab("/login", { name: "bob", password: "battery" })).toBe(true);
  await expect(history).toContainText("Logged in as bob");
  await expect(message).toHaveValue("");
});

for (const [colorScheme, locale, words] of [
  ["light", "en-US", ["The name or the password is wrong.", "Too many attempts."]],
  ["dark", "zh-CN", ["用户名或密码不正确。", "尝试次数太多"]],
] as const) {
  test(`the login says what went wrong, and axe has nothing to say about it: ${colorScheme}, ${locale}`, async ({ browser, server }) => {
    const page = await open(browser, server.url, { colorScheme, locale, viewport: { width: 390, height: 844 } });
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    const limited = page.getByRole("alert").filter({ hasText: words[1] });
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await page.locator("input[name=name]").fill("ann");
      await page.locator("input[name=password]").fill("wrong");
      await page.locator("button").click();
      await expect(page.getByRole("alert")).toContainText(new RegExp(words.join("|")));
      await expect(page.locator("input[name=name]")).toHaveValue("ann");
      if (await limited.isVisible()) break;
    }
    await expect(limited).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });
}
