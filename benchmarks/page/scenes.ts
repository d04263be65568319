import path from "node:path";
import type { Browser, Page } from "playwright";
import { ChatPage } from "../../e2e/page.ts";
import { longAnswer, longLine } from "../../e2e/longAnswers.ts";
import { freshPage, typeDuring, type Smoothness } from "./typing.ts";

/** What the page has to bear while somebody types. */
export interface Scene {
  name: string;
  run: (browser: Browser, url: string) => Promise<Smoothness>;
}

const picture = path.resolve(import.meta.dirname, "../../e2e/media/color.png");
const patience = { timeout: 120_000 };

/** An answer of 5,000 tokens at 200 tokens/s. */
async function writing(page: Page, begin: () => Promise<void>): Promise<Smoothness> {
  const chat = new ChatPage(page);
  const before = await chat.answers.count();
  await begin();
  await chat.answers.nth(before).waitFor();
  const ended = page.locator("article[aria-busy=true]").waitFor({ state: "detached", ...patience });
  return typeDuring(page, ended, 50);
}

const answer: Scene = {
  name: "an answer of 5,000 tokens at 200 tokens/s, about a picture",
  run: async (browser, url) => {
    const page = await freshPage(browser, url);
    const result = await writing(page, () => new ChatPage(page).ask("recite long-answer at 200", [picture]));
    await page.context().close();
    return result;
  },
};

const inConversation: Scene = {
  name: "the same in a conversation of 300 messages",
  run: async (browser, url) => {
    const page = await freshPage(browser, url);
    await importConversation(page, manyMessages(300));
    const result = await writing(page, () => new ChatPage(page).ask("recite long-answer at 200"));
    await page.context().close();
    return result;
  },
};

const opening: Scene = {
  name: "opening a conversation of 300 messages, and typing in it",
  run: async (browser, url) => {
    const page = await freshPage(browser, url);
    await importConversation(page, manyMessages(300), false);
    const result = await typeDuring(page, openImported(page), 50);
    await page.context().close();
    return result;
  },
};

const line: Scene = {
  name: "a line of 1 MB while it is written in 10 s",
  run: async (browser, url) => {
    const page = await freshPage(browser, url);
    const result = await writing(page, () => new ChatPage(page).ask("recite long-line at 25000"));
    await page.context().close();
    return result;
  },
};

const openedLine: Scene = {
  name: "opening a conversation with a line of 1 MB from both",
  run: async (browser, url) => {
    const page = await freshPage(browser, url);
    const messages = [
      { role: "user", content: longLine() },
      { role: "assistant", content: longLine() },
    ];
    await importConversation(page, messages, false);
    const result = await typeDuring(page, openImported(page), 50);
    await page.context().close();
    return result;
  },
};

const pastedLine: Scene = {
  name: "a line of 1 MB pasted, and typing after it",
  run: async (browser, url) => {
    const page = await freshPage(browser, url);
    const paste = page.getByRole("textbox", { name: "Message", exact: true }).evaluate((box, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, longLine());
    const result = await typeDuring(page, paste, 50);
    await page.context().close();
    return result;
  },
};

export const scenes: readonly Scene[] = [answer, inConversation, opening, line, openedLine, pastedLine];

type Message = { role: string; content: string };

function manyMessages(count: number): Message[] {
  const answers = longAnswer(40_000).split(/(?=^## )/m);
  return Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? { role: "user", content: `Question ${index / 2 + 1}: what stands there?` } : { role: "assistant", content: answers[index % answers.length] ?? "" },
  );
}

async function importConversation(page: Page, messages: readonly Message[], open = true): Promise<void> {
  const buffer = Buffer.from(JSON.stringify(messages));
  await page.getByTestId("import").setInputFiles({ name: "long.json", mimeType: "application/json", buffer });
  await page.getByText("One conversation was imported.").waitFor();
  if (open) await openImported(page);
}

async function openImported(page: Page): Promise<void> {
  await page.locator("[data-conversation]").first().click();
  await page.getByRole("log").getByRole("article").first().waitFor({ state: "attached", ...patience });
}
