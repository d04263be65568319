import path from "node:path";
import type { Page } from "@playwright/test";
import { violations } from "./axe.ts";
import { projectRoot } from "./demoServer.ts";
import { pdf } from "./files.ts";
import { expect, test } from "./fixtures.ts";
import type { ChatPage } from "./page.ts";
import { drawing } from "./pictureViewer.ts";

/** Every dialog, viewer and state that the other tests of axe do not reach, in light and dark. A worker recites what is to be seen. */
test.use({
  serverOptions: { worker: path.join(import.meta.dirname, "recitingWorker.ts") },
  colorScheme: "light",
  reducedMotion: "reduce",
  // A file that is refused and an address that is not there are asked for.
  allowedErrors: /Failed to load resource|inline event handler/,
});

const gallery = (name: string): string => path.join(projectRoot, "public", "gallery", name);

async function check(page: Page, state: string, part?: string): Promise<void> {
  expect(await violations(page, part), state).toEqual([]);
}

const dialog = "dialog[open]";
const aside = "aside";
const nav = "nav";

/** Recites, and waits for the end of the answer. */
function reciter(chat: ChatPage) {
  let number = 0;
  return async (name: string, files: readonly string[] = []) => {
    await chat.ask(`recite ${name}`, files);
    return chat.ended(++number);
  };
}

/** Opens one of the ways in, checks its dialog, and closes it. */
async function checkInput(chat: ChatPage, state: string, open: () => Promise<void>): Promise<void> {
  await open();
  await expect(chat.page.getByRole("dialog")).toBeVisible();
  await check(chat.page, state, dialog);
  await chat.page.keyboard.press("Escape");
  await expect(chat.page.getByRole("dialog")).toHaveCount(0);
}

const attachPdf = (chat: ChatPage) => async () => {
  await chat.attach([{ name: "pages.pdf", type: "application/pdf", bytes: pdf(["one", "two", "three"]) }]);
  await expect(chat.page.getByRole("checkbox", { name: "Page 3" })).toBeVisible();
};

test.describe("on a desktop, axe finds nothing in", () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  test("the viewers and the answers that open them", async ({ chat, page }) => {
    const recite = reciter(chat);
    const viewer = page.getByRole("complementary", { name: "Viewer" });
    await recite("picture-boxes", [drawing]);
    await expect(viewer.getByRole("region", { name: "Marks" })).toBeVisible();
    await check(page, "marks");
    await viewer.getByRole("button", { name: "Ask about a part of the picture" }).click();
    await check(page, "a part of a picture", aside);
    await viewer.getByRole("button", { name: "Download", exact: true }).click();
    await check(page, "downloads", aside);
    await page.keyboard.press("Escape");
    await recite("picture-space", [drawing]);
    await expect(viewer.getByRole("img", { name: /^Top view/ })).toBeVisible();
    await check(page, "3D boxes", aside);

    const document = await recite("document-html", [gallery("page.png")]);
    await document.getByRole("button", { name: /^Document/ }).click();
    for (const tab of ["On the page", "Clean", "Source"]) {
      await viewer.getByRole("tab", { name: tab }).click();
      if (tab === "On the page") await viewer.getByText("Parts of the page").click();
      await check(page, `document, ${tab}`, aside);
    }
    const preview = await recite("preview-page", [gallery("sketch.png")]);
    await preview.getByRole("button", { name: /^Web page/ }).click();
    await expect(viewer.getByText("ready to count")).toBeVisible();
    await check(page, "preview", aside);
    const agent = await recite("agent-phone", [gallery("phone.png")]);
    await agent.getByRole("button", { name: "Show step 1 on the screenshot" }).click();
    await expect(viewer.getByRole("list", { name: /steps of the agent/ })).toBeVisible();
    await check(page, "steps of an agent", aside);
  });

  test("answers, edits, the history and faults", async ({ chat, page, server }) => {
    const recite = reciter(chat);
    await recite("table");
    await recite("receipt");
    const thinking = await recite("thinking");
    await thinking.getByRole("button", { name: /^Thought/ }).click();
    await recite("zoom-sign", [drawing]);
    await check(page, "table, facts, thinking and a tool");
    await chat.press(thinking, "Edit answer");
    await check(page, "an answer that is edited");
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await chat.press(chat.questions.last(), "Edit message");
    await page.getByTitle("What the context holds").click();
    await check(page, "a message that is edited, and what the context holds");
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    const failed = await recite("nothing-of-this-name");
    await expect(failed.getByRole("button", { name: "Retry" })).toBeVisible();
    await check(page, "a failed answer");

    const row = chat.row("recite table");
    await row.hover();
    await row.getByRole("button", { name: /^More about/ }).click();
    await check(page, "what can be done with a conversation", dialog);
    await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
    await check(page, "renaming", nav);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("harbour");
    await expect(chat.history.getByText("One conversation")).toBeVisible();
    await check(page, "search", nav);
    await page.keyboard.press("Escape");
    await chat.manage("recite table", "Delete");
    await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();
    await check(page, "undo");
    await page.getByTestId("import").setInputFiles({ name: "notes.json", mimeType: "application/json", buffer: Buffer.from("{}") });
    await expect(page.getByText("notes.json holds no conversation")).toBeVisible();
    await check(page, "an import that failed");
    await page.goto(new URL("/nowhere", server.url).href);
    await expect(page.getByText("There is nothing at this address.")).toBeVisible();
    await check(page, "an address without a page");
  });

  test("the ways in", async ({ chat, page, context }) => {
    await checkInput(chat, "what to attach", () => page.getByRole("button", { name: "Attach", exact: true }).click());
    await checkInput(chat, "link", () => chat.choose("From a link"));
    await context.grantPermissions(["camera"]);
    await checkInput(chat, "camera", async () => {
      await chat.choose("Camera");
      await expect(page.getByRole("button", { name: "Take the picture" })).toBeEnabled();
    });
    await context.clearPermissions();
    await checkInput(chat, "camera that is refused", async () => {
      await chat.choose("Camera");
      await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible();
    });
    await checkInput(chat, "pages of a PDF", attachPdf(chat));
    await chat.upload([drawing, gallery("page.png")]);
    await chat.attach([
      { name: "notes.txt", type: "text/plain", bytes: Buffer.from("A line of notes.\n".repeat(300)) },
      { name: "broken.png", type: "image/png", bytes: Buffer.from("no picture") },
    ]);
    await expect(page.getByText("One file was not attached")).toBeVisible();
    await check(page, "attachments, a text, and one that was refused");
    await page.getByRole("button", { name: "Remove notes.txt" }).click();
    await checkInput(chat, "frames of a clip", () => page.getByRole("button", { name: "Use as one clip" }).click());
  });
});

test.describe("on a phone, axe finds nothing in", () => {
  test.use({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });

  test("sheets and the drawer", async ({ chat, page }) => {
    await checkInput(chat, "what to attach", () => page.getByRole("button", { name: "Attach", exact: true }).click());
    await checkInput(chat, "pages of a PDF", attachPdf(chat));
    const recite = reciter(chat);
    const sheet = async (state: string, open: () => Promise<void>) => {
      await open();
      await expect(page.getByRole("button", { name: "Close the viewer" })).toBeVisible();
      await check(page, state, dialog);
      await page.getByRole("button", { name: "Close the viewer" }).click();
    };
    const marks = await recite("picture-boxes", [drawing]);
    await sheet("marks", () => marks.getByRole("button", { name: /Show on the picture/ }).click());
    const document = await recite("document-html", [gallery("page.png")]);
    await sheet("document", () => document.getByRole("button", { name: /^Document/ }).click());
    const preview = await recite("preview-page");
    await sheet("preview", () => preview.getByRole("button", { name: /^Web page/ }).click());
    const agent = await recite("agent-phone", [gallery("phone.png")]);
    await sheet("steps of an agent", () => agent.getByRole("button", { name: "Show step 1 on the screenshot" }).click());
    await page.getByRole("button", { name: "Show conversations" }).click();
    await page.getByRole("button", { name: /^More about/ }).first().click();
    await check(page, "what can be done with a conversation", dialog);
  });
});
