import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, type Locator, type Page } from "@playwright/test";

/** A file as the browser gets it from the user. */
export interface UserFile {
  name: string;
  type: string;
  bytes: Buffer;
}

const types: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".gif": "image/gif",
  ".mp4": "video/mp4",
  ".webm": "video/webm",
};

export async function userFile(file: string): Promise<UserFile> {
  return { name: path.basename(file), type: types[path.extname(file)] ?? "", bytes: await readFile(file) };
}

/** How files reach the page. */
export type Entry = "pick" | "drop" | "paste";

/** The page as its user finds it: by the roles and names of what is on it. */
export class ChatPage {
  readonly page: Page;
  readonly message: Locator;
  readonly send: Locator;
  readonly stop: Locator;
  readonly regenerate: Locator;
  /** Begins a new conversation; the other one stays in the history. */
  readonly fresh: Locator;
  readonly history: Locator;
  readonly log: Locator;
  readonly answers: Locator;
  readonly attachments: Locator;
  readonly alerts: Locator;

  constructor(page: Page) {
    this.page = page;
    this.message = page.getByRole("textbox", { name: "Message", exact: true });
    this.send = page.getByRole("button", { name: "Send", exact: true });
    this.stop = page.getByRole("button", { name: "Stop", exact: true });
    this.regenerate = page.getByRole("button", { name: "Regenerate", exact: true });
    this.fresh = page.getByRole("banner").getByRole("button", { name: "New conversation", exact: true });
    this.history = page.getByRole("navigation", { name: "Conversations", exact: true });
    this.log = page.getByRole("log");
    this.answers = this.log.getByRole("article", { name: "Assistant", exact: true });
    this.attachments = page.getByRole("list", { name: "Attachments" }).getByRole("listitem");
    this.alerts = page.getByRole("main").getByRole("alert");
  }

  /** Attaches files in one go, without waiting for their upload. */
  async attach(files: readonly UserFile[], entry: Entry = "pick"): Promise<void> {
    if (entry === "pick") {
      await this.page.getByTestId("files").setInputFiles(files.map(({ name, type, bytes }) => ({ name, mimeType: type, buffer: bytes })));
      return;
    }
    const encoded = files.map(({ name, type, bytes }) => ({ name, type, base64: bytes.toString("base64") }));
    const transfer = await this.page.evaluateHandle((parts) => {
      const data = new DataTransfer();
      for (const { name, type, base64 } of parts) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        data.items.add(new File([bytes], name, { type }));
      }
      return data;
    }, encoded);
    if (entry === "drop") {
      for (const type of ["dragenter", "dragover", "drop"]) await this.page.getByRole("main").dispatchEvent(type, { dataTransfer: transfer });
    } else {
      await this.message.evaluate((box, clipboardData) => {
        box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
      }, transfer);
    }
    await transfer.dispose();
  }

  /** Takes one of the ways that the menu of the composer offers. */
  async choose(way: string): Promise<void> {
    await this.page.getByRole("button", { name: "Attach", exact: true }).click();
    await this.page.getByRole("dialog", { name: "What to attach" }).getByRole("button", { name: new RegExp(`^${way}`) }).click();
  }

  /** The button that removes an attachment which has been uploaded. */
  removal(name: string): Locator {
    return this.page.getByRole("button", { name: `Remove ${name}`, exact: true });
  }

  /** Attaches files by their paths, and waits until they are uploaded. */
  async upload(files: readonly string[], entry: Entry = "pick"): Promise<void> {
    await this.attach(await Promise.all(files.map(userFile)), entry);
    await this.uploaded(files);
  }

  /** Waits until files of these paths are uploaded. */
  async uploaded(files: readonly string[]): Promise<void> {
    for (const file of files) await expect(this.removal(path.basename(file))).toBeVisible({ timeout: 30_000 });
  }

  /** Sends a text with files, as soon as they are uploaded. */
  async ask(text: string, files: readonly string[] = [], entry: Entry = "pick"): Promise<void> {
    if (files.length > 0) await this.upload(files, entry);
    if (text !== "") await this.message.fill(text);
    await this.send.click();
  }

  /** What the reader sent, in the branch that is shown. */
  get questions(): Locator {
    return this.log.getByRole("article", { name: "You", exact: true });
  }

  /** A button under a message, which shows where the pointer is. */
  async press(message: Locator, name: string): Promise<void> {
    await message.hover();
    await message.getByRole("button", { name, exact: true }).click();
  }

  /** The row of a conversation in the history. */
  row(title: string): Locator {
    return this.history.getByRole("listitem").filter({ has: this.page.getByTitle(title, { exact: true }) });
  }

  /** Opens a conversation from the history. */
  async open(title: string): Promise<void> {
    await this.row(title).getByTitle(title, { exact: true }).click();
  }

  /** Chooses from the menu of a conversation. */
  async manage(title: string, entry: string): Promise<void> {
    await this.row(title).hover();
    await this.history.getByRole("button", { name: `More about “${title}”`, exact: true }).click();
    await this.page.getByRole("dialog").getByRole("button", { name: entry, exact: true }).click();
  }

  /** The answer to the n-th message, from 1; waits until it has begun. */
  async answer(number: number): Promise<Locator> {
    await expect(this.answers).toHaveCount(number);
    return this.answers.nth(number - 1);
  }

  /** Waits until the n-th answer has ended, and gives it. */
  async ended(number: number): Promise<Locator> {
    const answer = await this.answer(number);
    await expect(answer).not.toHaveAttribute("aria-busy", "true", { timeout: 60_000 });
    return answer;
  }

  /** The words of an answer that has ended, as the model wrote them. */
  async words(answer: Locator): Promise<string> {
    await answer.hover(); // where the buttons show on hover only
    await answer.getByRole("button", { name: "Copy answer" }).click();
    await expect(answer.getByRole("button", { name: "Copied" })).toBeVisible();
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** Waits until the first letters of the n-th answer are there while the rest is still being written. */
  async begun(number: number, expected: string): Promise<Locator> {
    const answer = await this.answer(number);
    // In the page, because Playwright looks only once a second after a while: a small model has ended by then.
    await answer.evaluate(async (article, letters) => {
      const deadline = Date.now() + 30_000;
      // The same letters may stand there from the answer that is being made anew.
      const isBegun = () => article.ariaBusy === "true" && article.textContent.includes(letters);
      while (!isBegun() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    }, expected.slice(0, 12));
    expect(await answer.getAttribute("aria-busy")).toBe("true");
    return answer;
  }
}
