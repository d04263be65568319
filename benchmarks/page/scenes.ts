import path from "node:path";
import type { Page } from "playwright";
import { ChatPage } from "../../e2e/page.ts";
import { longAnswer, longLine } from "../../e2e/longAnswers.ts";
import { typeDuring, type Smoothness } from "./typing.ts";

/** What the page has to bear while somebody types. */
export interface Scene {
  name: string;
  /** On a page of a reader who is new here. */
  run: (page: Page) => Promise<Smoothness>;
}

const picture = path.resolve(import.meta.dirname, "../../e2e/media/color.png");
const patience = { timeout: 120_000 };

/** An answer of 5,000 tokens at 200 tokens/s. */
async function writing(page: Page, begin: () => Promise<void>): Promise<Smoothness> {
  const chat = new ChatPage(page);
  const before = await chat.answers.count();
  await begin();
  await chat.answers.nth(before).waitFor();
  const written = page.locator("article[aria-busy=true]");
  await written.waitFor();
  return typeDuring(page, written.waitFor({ state: "detached", ...patience }), 50);
}

const answer: Scene = {
  name: "an answer of 5,000 tokens at 200 tokens/s, about a picture",
  run: async (page) => {
    return writing(page, () => new ChatPage(page).ask("recite long-answer at 200", [picture]));
  },
};

const inConversation: Scene = {
  name: "the same in a conversation of 300 messages",
  run: async (page) => {
    await importConversation(page, manyMessages(300));
    return writing(page, () => new ChatPage(page).ask("recite long-answer at 200"));
  },
};

const opening: Scene = {
  name: "opening a conversation of 300 messages, and typing in it",
  run: async (page) => {
    await importConversation(page, manyMessages(300), false);
    return typeDuring(page, openImported(page), 50);
  },
};

const line: Scene = {
  name: "a line of 1 MB while it is written in 10 s",
  run: async (page) => {
    return writing(page, () => new ChatPage(page).ask("recite long-line at 25000"));
  },
};

const openedLine: Scene = {
  name: "opening a conversation with a line of 1 MB from both",
  run: async (page) => {
    const messages = [
      { role: "user", content: longLine() },
      { role: "assistant", content: longLine() },
    ];
    await importConversation(page, messages, false);
    return typeDuring(page, openImported(page), 50);
  },
};

const pastedLine: Scene = {
  name: "a line of 1 MB pasted, and typing after it",
  run: async (page) => {
    const paste = page.getByRole("textbox", { name: "Message", exact: true }).evaluate((box, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, longLine());
    return typeDuring(page, paste, 50);
  },
};

export const scenes: readonly Scene[] = [answer, inConversation, opening, line, openedLine, pastedLine];

type Message = { role: string; content: string };

/** As long as the server takes; every third answer is short. */
function manyMessages(count: number): Message[] {
  const answers = longAnswer(40_000).split(/(?=^## )/m);
  return Array.from({ length: count }, (_, index) => {
    const turn = Math.floor(index / 2) + 1;
    if (index % 2 === 0) return { role: "user", content: `Question ${turn}: what stands there?` };
    return { role: "assistant", content: turn % 3 === 0 ? `The **${turn}th** stands there.` : (answers[turn % answers.length] ?? "") };
  });
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
