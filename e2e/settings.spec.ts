import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { clientMessageSchema, type ClientMessage } from "../server/protocol.ts";
import { ffmpegFile } from "./files.ts";
import { expect, test } from "./fixtures.ts";
import type { ChatPage } from "./page.ts";
import { conversation } from "./recorded.ts";

const [drawing] = conversation("describe").turns;
const [pair] = conversation("two-which").turns;

type Asked = Extract<ClientMessage, { type: "generate" }>;

/** The settings as their reader finds them. */
class Settings {
  readonly page: Page;
  readonly dialog: Locator;
  readonly button: Locator;

  constructor(page: Page) {
    this.page = page;
    this.dialog = page.getByRole("dialog", { name: "Settings", exact: true });
    this.button = page.getByRole("button", { name: /^Settings/ });
  }

  async open(): Promise<void> {
    await this.button.click();
    await expect(this.dialog.getByRole("heading", { name: "Settings" })).toBeVisible();
  }

  async close(): Promise<void> {
    await this.dialog.getByRole("button", { name: "Close the settings" }).click();
    await expect(this.dialog).toBeHidden();
  }

  field(name: string): Locator {
    return this.dialog.getByRole("textbox", { name, exact: true });
  }

  choice(name: string): Locator {
    return this.dialog.getByText(name, { exact: true });
  }
}

/** What the page asks the engine for, from now on. */
async function askedFor(page: Page): Promise<() => Asked | undefined> {
  const asked: Asked[] = [];
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => {
      const message = clientMessageSchema.safeParse(JSON.parse(String(payload))).data;
      if (message?.type === "generate") asked.push(message);
    });
  });
  await page.reload();
  return () => asked.at(-1);
}

/** Tokens of the prompt of an answer that has ended, and how many of them are visual. */
async function usage(answer: Locator): Promise<{ prompt: number; visual: number }> {
  const title = (await answer.locator("p[title^='Prompt ']").getAttribute("title")) ?? "";
  const [prompt = 0, visual = 0] = [...title.matchAll(/\d[\d,]*/g)].map(([digits]) => Number(digits.replaceAll(",", "")));
  return { prompt, visual };
}

/** Waits until the end of a clip's part is in the browser's database. */
async function keptDraft(page: Page, end: number): Promise<void> {
  const kept = (): Promise<string> =>
    page.evaluate(
      () =>
        new Promise((resolve) => {
          const opening = indexedDB.open("qwen3-vl-conversations");
          opening.onsuccess = () => {
            const reading = opening.result.transaction("page").objectStore("page").getAll();
            reading.onsuccess = () => {
              opening.result.close();
              resolve(JSON.stringify(reading.result));
            };
          };
        }),
    );
  await expect.poll(kept).toContain(`"end":${end}`);
}

async function newConversation(chat: ChatPage): Promise<void> {
  await chat.page.getByRole("banner").getByRole("button", { name: "New conversation" }).click();
  await expect(chat.answers).toHaveCount(0);
}

/** 6 seconds, 10 frames a second. */
const clip = () => ffmpegFile(["-f", "lavfi", "-i", "testsrc=size=160x96:rate=10:duration=6", "-pix_fmt", "yuv420p", "-c:v", "libx264"], ".mp4");

async function attachClip(chat: ChatPage): Promise<void> {
  await chat.attach([{ name: "clip.mp4", type: "video/mp4", bytes: await clip() }]);
  await expect(chat.removal("clip.mp4")).toBeVisible({ timeout: 30_000 });
}

test("what is set reaches the engine with the next message", async ({ chat, page }) => {
  const settings = new Settings(page);
  const asked = await askedFor(page);
  await chat.ask(drawing.text, drawing.files);
  const plain = await usage(await chat.ended(1));
  expect(asked()?.settings).toEqual({ sampling: {}, stop: [], add_vision_id: false });

  await newConversation(chat);
  await settings.open();
  await settings.field("System prompt").fill("You are a careful observer of shapes.");
  await settings.choice("Greedy").click();
  await settings.field("Seed").fill("7");
  await settings.field("Longest answer (tokens)").fill("5");
  await settings.field("Stop strings").fill("END\n\\n\\n");
  await expect(settings.dialog.getByText(/^Changed: System prompt · Greedy · Seed 7/)).toBeVisible();
  await settings.close();
  await expect(settings.button).toHaveAccessibleName(/Changed: System prompt, Greedy, Seed 7/);

  await chat.ask(drawing.text, drawing.files);
  const changed = await usage(await chat.ended(1));
  expect(asked()?.settings).toMatchObject({ sampling: { greedy: true, seed: 7 }, max_new_tokens: 5, stop: ["END", "\n\n"] });
  expect(asked()?.messages[0]).toEqual({ role: "system", content: [{ type: "text", text: "You are a careful observer of shapes." }] });
  expect(changed.prompt).toBeGreaterThan(plain.prompt + 5);
  await expect(chat.answers.first()).toContainText("5 tokens");
});

test("the same seed gives the same answer, and so does greedy", async ({ chat, page }) => {
  const settings = new Settings(page);
  const answers: string[] = [];
  for (const choose of [
    () => settings.field("Seed").fill("11"),
    async () => {
      await settings.choice("Greedy").click();
      await settings.field("Seed").fill("");
    },
  ]) {
    for (let again = 0; again < 2; again += 1) {
      await newConversationUnlessEmpty(chat);
      await settings.open();
      await settings.dialog.getByText("Fine tuning").click();
      await settings.field("Temperature").fill("1.5");
      await choose();
      await settings.close();
      await chat.ask(drawing.text, drawing.files);
      answers.push(await chat.words(await chat.ended(1)));
    }
  }
  expect(answers[1]).toBe(answers[0]);
  expect(answers[3]).toBe(answers[2]);
});

async function newConversationUnlessEmpty(chat: ChatPage): Promise<void> {
  if ((await chat.answers.count()) > 0) await newConversation(chat);
}

test("a smaller budget costs what it says before it is sent", async ({ chat, page }) => {
  const settings = new Settings(page);
  await chat.upload(drawing.files);
  await expect(chat.attachments).toContainText("192×192, 36 tokens");
  await settings.open();
  await settings.dialog.getByText("Least and most tokens").click();
  await settings.field("At most (tokens)").fill("16");
  await settings.close();
  await expect(chat.attachments).toContainText("192×192 → 128×128, 16 tokens");
  await chat.ask(drawing.text);
  expect((await usage(await chat.ended(1))).visual).toBe(16);

  // For one picture alone, which its card says.
  await chat.upload(drawing.files);
  await page.getByRole("combobox", { name: /^Detail of/ }).selectOption({ label: "Detail: Default" });
  await expect(chat.attachments).toContainText("192×192, 36 tokens");
  await chat.ask(drawing.text);
  expect((await usage(await chat.ended(2))).visual).toBe(16 + 36);
});

test("the context's gauge says what a message will take", async ({ chat, page }) => {
  const gauge = page.getByRole("button", { name: /tokens/ }).and(page.getByTitle("What the context holds"));
  await expect(gauge).toHaveText(/0 of 4,096 tokens used/);
  await chat.upload(drawing.files);
  await chat.message.fill(drawing.text);
  // First an estimate, then the engine's own count.
  await expect(gauge).toHaveText(/^\d+ of 4,096 tokens with this message/);
  const said = Number(/^(\d+)/.exec(await gauge.innerText())?.[1]);
  await chat.send.click();
  const { prompt } = await usage(await chat.ended(1));
  expect(said).toBe(prompt);
  await gauge.click();
  await expect(page.getByText("Left for the answer")).toBeVisible();

  await chat.message.fill("word ".repeat(6000));
  await expect(page.getByRole("status").filter({ hasText: "does not fit" })).toContainText("Shorten the message. Begin a new conversation.");
});

test("media are numbered from two on, unless that is switched off", async ({ chat, page }) => {
  const settings = new Settings(page);
  const asked = await askedFor(page);
  await chat.ask(pair.text, pair.files);
  await chat.ended(1);
  expect(asked()?.settings.add_vision_id).toBe(true);
  await settings.open();
  await settings.choice("Never").first().click();
  await settings.close();
  await chat.regenerate.last().click();
  await expect.poll(() => asked()?.settings.add_vision_id).toBe(false);
});

test("a part of a clip is chosen by keys and by dragging, survives a reload, and limits what is looked at", async ({ chat, page }) => {
  const asked = await askedFor(page);
  await attachClip(chat);
  const card = chat.attachments;
  await expect(card).toContainText("6 s · 12 frames");
  const start = card.getByRole("slider", { name: "Start" });
  const end = card.getByRole("slider", { name: "End" });
  await start.focus();
  for (let presses = 0; presses < 10; presses += 1) await page.keyboard.press("ArrowRight");
  await expect(start).toHaveAttribute("aria-valuenow", "1");

  const strip = await card.getByRole("group", { name: /^Part of/ }).locator("> div").first().boundingBox();
  if (!strip) throw new Error("The strip is not shown.");
  await page.mouse.move(strip.x + strip.width - 2, strip.y + 10);
  await page.mouse.down();
  await page.mouse.move(strip.x + strip.width / 2, strip.y + 10, { steps: 5 });
  await page.mouse.up();
  const chosen = Number(await end.getAttribute("aria-valuenow"));
  expect(Math.abs(chosen - 3)).toBeLessThan(0.2);
  await expect(card).toContainText(/· 4 frames/);

  await keptDraft(page, chosen);
  await page.reload();
  await expect(end).toHaveAttribute("aria-valuenow", String(chosen));
  await chat.ask("What happens in the video?");
  const { visual } = await usage(await chat.ended(1));
  const [part] = asked()?.messages[0]?.content ?? [];
  expect(part).toMatchObject({ type: "video", video_start: 1, video_end: chosen });
  expect(visual).toBe(2 * 15);
});

test("a clip's frames and budget are set", async ({ chat, page }) => {
  const settings = new Settings(page);
  await attachClip(chat);
  await expect(chat.attachments).toContainText("12 frames · 90 tokens");
  await settings.open();
  await settings.choice("Number of frames").click();
  await settings.field("Frames").fill("4");
  await settings.field("Tokens per frame, at most").fill("8");
  await settings.close();
  await expect(chat.attachments).toContainText("4 frames · 12 tokens");
  await chat.ask("What happens in the video?");
  expect((await usage(await chat.ended(1))).visual).toBe(12);
});

test("each conversation has its own, which survive a reload; a default is for new ones", async ({ chat, page }) => {
  const settings = new Settings(page);
  await settings.open();
  await settings.field("Longest answer (tokens)").fill("8");
  await settings.close();
  await chat.ask(drawing.text, drawing.files);
  await chat.ended(1);
  await page.reload();
  await expect(settings.button).toHaveAccessibleName(/Longest answer \(tokens\) 8/);

  await newConversation(chat);
  await expect(settings.button).toHaveAccessibleName("Settings");
  await settings.open();
  await settings.field("Longest answer (tokens)").fill("9");
  await settings.dialog.getByRole("button", { name: "Save as my default" }).click();
  await expect(settings.dialog.getByRole("status")).toHaveText("New conversations begin with these settings.");
  await settings.close();
  await chat.ask("hello");
  await chat.ended(1);
  await newConversation(chat);
  await expect(settings.button).toHaveAccessibleName(/Longest answer \(tokens\) 9/);
  await settings.open();
  await settings.dialog.getByRole("button", { name: "As it came" }).click();
  await expect(settings.field("Longest answer (tokens)")).toHaveValue("");
  await settings.close();
  await expect(settings.button).toHaveAccessibleName("Settings");
});

test("what can't be used is explained and stays to be mended", async ({ chat, page }) => {
  const settings = new Settings(page);
  await expect(chat.message).toBeVisible();
  await settings.open();
  await settings.dialog.getByText("Fine tuning").click();
  const field = settings.field("Temperature");
  await field.fill("3");
  await expect(settings.dialog.getByRole("alert")).toHaveText("This is out of range, so the former value holds. From 0 to 2.");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await settings.close();
  await settings.open();
  await settings.dialog.getByText("Fine tuning").click();
  await expect(field).toHaveValue("3");
  await settings.dialog.getByRole("button", { name: "Temperature: back to the default" }).click();
  await expect(field).toHaveValue("");
  await expect(settings.dialog.getByRole("alert")).toHaveCount(0);
});

for (const [name, screen] of [
  ["a desktop", { viewport: { width: 1280, height: 800 } }],
  ["a phone", { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
] as const) {
  test.describe(`on ${name}`, () => {
    test.use({ ...screen, reducedMotion: "reduce" });
    test("axe has nothing to say about the settings and a clip's card", async ({ chat, page }) => {
      const settings = new Settings(page);
      await attachClip(chat);
      await settings.open();
      for (const summary of ["Fine tuning", "Least and most tokens"]) await settings.dialog.getByText(summary).click();
      const box = await settings.dialog.boundingBox();
      if ("isMobile" in screen) expect([box?.x, (box?.y ?? 0) + (box?.height ?? 0)]).toEqual([0, 844]);
      else expect((box?.x ?? 0) + (box?.width ?? 0)).toBe(1280);
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await settings.close();
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    });
  });
}
