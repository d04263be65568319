import { createServer } from "node:http";
import path from "node:path";
import { diagrams, formulas, links, markup, results, shapes, type Hostile } from "./hostileAnswers.ts";
import { expect, test } from "./fixtures.ts";
import { drawing } from "./pictureViewer.ts";
import type { ChatPage } from "./page.ts";

/** Answers that want more than to be read. The worker repeats what it is asked, piece by piece. */
test.use({
  serverOptions: { worker: path.join(import.meta.dirname, "recitingWorker.ts") },
  // The browser notes what its policy refuses.
  allowedErrors: /Content Security Policy/,
});

interface Watch extends AsyncDisposable {
  /** The address that must not be asked. */
  at: string;
  /** What has run, opened or left the page so far. */
  happened: () => Promise<string[]>;
}

/** Watches everything that an answer might bring about, from before the page is there. */
async function watch({ page }: ChatPage): Promise<Watch> {
  const seen: string[] = [];
  const outside = createServer((request, response) => {
    seen.push(`fetched ${request.url ?? ""}`);
    response.end();
  });
  await new Promise<void>((resolve) => outside.listen(0, "127.0.0.1", resolve));
  const address = outside.address();
  if (typeof address !== "object" || address === null) throw new Error("The outside does not listen.");
  const { origin: own, pathname } = new URL(page.url());
  page.on("dialog", (dialog) => {
    seen.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.context().on("page", (other) => seen.push(`opened ${other.url()}`));
  page.context().on("response", (response) => {
    const { protocol, origin } = new URL(response.url());
    if (protocol.startsWith("http") && origin !== own) seen.push(`answered ${response.url()}`);
  });
  page.on("framenavigated", (frame) => {
    const to = new URL(frame.url());
    if (frame === page.mainFrame() && (to.origin !== own || to.pathname !== pathname)) seen.push(`left for ${frame.url()}`);
  });
  await page.evaluate(() => Object.assign(window, { ran: () => Object.assign(window, { hasRun: true }) }));
  return {
    at: `http://127.0.0.1:${address.port}`,
    happened: async () => ((await page.evaluate(() => "hasRun" in window)) ? [...seen, "a script ran"] : seen),
    [Symbol.asyncDispose]: async () => {
      outside.closeAllConnections();
      await new Promise((resolve) => outside.close(resolve));
    },
  };
}

/** Asks for several at once, each after the other in one answer; what is left open comes last. */
async function recite(chat: ChatPage, hostile: readonly Hostile[], number: number, files: readonly string[] = []) {
  await chat.ask(hostile.map(({ answer }) => answer).join("\n\n"), files);
  return chat.ended(number);
}

/** What stands in the conversation although no answer may bring it there. */
function forbidden({ page }: ChatPage): Promise<string[]> {
  return page.getByRole("log").evaluate((log) => {
    const elements = log.querySelectorAll("script, object, embed, applet, link, meta, base, form, style, audio, template, noscript, marquee, iframe:not([src='/preview.html'])");
    const handlers = [...log.querySelectorAll("*")].filter(({ attributes }) => [...attributes].some(({ name }) => name.startsWith("on")));
    const media = [...log.querySelectorAll("img, video, image, source")].filter((it) => {
      const address = it.getAttribute("src") ?? it.getAttribute("href") ?? location.href;
      return !["blob:", "data:"].some((scheme) => address.startsWith(scheme)) && new URL(address, location.href).origin !== location.origin;
    });
    const wrong = [...log.querySelectorAll("a")].filter(
      (a) => !["http:", "https:", "mailto:"].includes(a.protocol) || !a.rel.includes("noopener") || !a.rel.includes("noreferrer") || a.target !== "_blank" || a.origin === location.origin,
    );
    return [...elements, ...handlers, ...media, ...wrong].map(({ outerHTML }) => outerHTML.slice(0, 200));
  });
}

test("markup, links, formulas and results of hostile answers run nothing and fetch nothing", async ({ chat, page }) => {
  await using outside = await watch(chat);
  let number = 0;
  for (const group of [markup, links, formulas, results]) {
    const hostile = group(outside.at);
    const answer = await recite(chat, hostile, ++number, group === results ? [drawing] : []);
    await page.mouse.move(400 + 10 * number, 300); // what listens for the pointer
    expect(await forbidden(chat), group.name).toEqual([]);
    expect(await outside.happened(), group.name).toEqual([]);
    await expect(answer).not.toBeEmpty();
    await expect(chat.message).toBeEnabled();
  }
  // What wanted to run can be read instead.
  await expect(chat.answers.first()).toContainText("<script>ran()</script>");
  await expect(chat.answers.first()).toContainText("onerror=ran()");
  // The page with its handlers, as it is without them.
  await chat.answers.last().getByRole("button", { name: /^Document/ }).click();
  await page.getByRole("tab", { name: "Clean" }).click();
  const clean = page.frameLocator("iframe");
  await clean.locator("h1").click();
  await expect(clean.locator("[onclick], [onerror], img[src^=http], a[href]")).toHaveCount(0);
  expect(await outside.happened()).toEqual([]);
});

test.describe("what nests, runs on or never ends", () => {
  // React notes what could not be rendered and is shown as plain text.
  test.use({ allowedErrors: /Maximum call stack size exceeded/ });

  test("is shown, and the page goes on", async ({ chat, page }) => {
    await using outside = await watch(chat);
    for (const [index, { name }] of shapes().entries()) {
      await chat.ask(`recite shape-${index}`);
      const answer = await chat.ended(index + 1);
      await expect(answer, name).not.toBeEmpty();
      await chat.message.fill("still here");
      await expect(chat.message, name).toHaveValue("still here");
    }
    expect(await forbidden(chat)).toEqual([]);
    await page.reload();
    await expect(chat.answers).toHaveCount(shapes().length);
    expect(await outside.happened()).toEqual([]);
  });
});

test("hostile diagrams and drawings are drawn without running or fetching anything", async ({ chat, page }) => {
  await using outside = await watch(chat);
  const hostile = diagrams(outside.at);
  const answer = await recite(chat, hostile, 1);
  const previews = answer.getByRole("button", { name: /Open preview|Close preview/ });
  await expect(previews).toHaveCount(hostile.length);
  for (let index = 0; index < hostile.length; index++) {
    await previews.nth(index).click();
    const name = hostile[index]?.name;
    // Drawn, or said why not: a picture from elsewhere is not loaded.
    const shown = async () => (await page.locator("iframe").count()) + (await page.getByText("The diagram cannot be drawn").count());
    await expect.poll(shown, { message: name ?? "", timeout: 30_000 }).toBeGreaterThan(0);
    expect(await outside.happened(), name).toEqual([]);
  }
});
