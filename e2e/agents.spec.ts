import path from "node:path";
import type { Locator, Page } from "@playwright/test";
import { projectRoot } from "./demoServer.ts";
import { expect, test } from "./fixtures.ts";
import type { ChatPage } from "./page.ts";

/** Thinking, agents and the zoom tool. A worker recites their answers from e2e/answers. */

test.use({ serverOptions: { worker: path.join(import.meta.dirname, "recitingWorker.ts") } });

const screenshot = path.join(projectRoot, "public", "gallery", "phone.png");
const steps = (page: Page): Locator => page.getByRole("log").getByRole("article", { name: /^Zoomed in/ });

async function allowZoom(page: Page): Promise<void> {
  await page.evaluate(() => localStorage.setItem("settings", JSON.stringify({ tools: { zoom: true } })));
  await page.reload();
}

async function size(picture: Locator): Promise<{ width: number; height: number }> {
  await expect.poll(() => picture.evaluate((it) => it instanceof HTMLImageElement && it.naturalWidth > 0)).toBe(true);
  return picture.evaluate((it) => (it instanceof HTMLImageElement ? { width: it.naturalWidth, height: it.naturalHeight } : { width: 0, height: 0 }));
}

const recite = (chat: ChatPage, name: string) => chat.ask(`recite ${name}`, [screenshot]);

test("the zoom tool: the model's call cuts the region out, it goes on with it, and answers in the end", async ({ chat, page }) => {
  await allowZoom(page);
  await recite(chat, "zoom-sign");
  const last = await chat.ended(3);
  await expect(last).toContainText("The corner is red all over.");
  await expect(steps(page)).toHaveCount(2);
  await expect(steps(page).first()).toContainText("Zoomed in on “red corner”");
  // 720×1480: 38 % by 45 % of it, and half of that, which is enlarged.
  const first = await size(steps(page).first().getByRole("img", { name: "red corner" }));
  expect(first.width / first.height).toBeCloseTo((0.38 * 720) / (0.45 * 1480), 1);
  const second = await size(steps(page).nth(1).getByRole("img", { name: "middle" }));
  expect(second.width * second.height).toBeGreaterThan(0.97 * 512 ** 2);

  // All of it is there after a reload.
  await page.reload();
  await expect(steps(page)).toHaveCount(2);
  await expect(chat.answers).toHaveCount(3);
});

test("the zoom tool ends after five steps, and goes on when the reader wants it", async ({ chat, page }) => {
  await allowZoom(page);
  await recite(chat, "zoom-forever");
  await expect(page.getByText("It has zoomed in 5 times. More?")).toBeVisible({ timeout: 30_000 });
  await expect(steps(page)).toHaveCount(5);
  await page.getByRole("button", { name: "Zoom in", exact: true }).click();
  await expect(steps(page)).toHaveCount(6);
  await expect(page.getByText("It has zoomed in 6 times. More?")).toBeVisible();
});

test("the zoom tool can be stopped, and without leave it asks", async ({ chat, page }) => {
  await recite(chat, "zoom-sign");
  await expect(page.getByText("The model wants to zoom in on “red corner”.")).toBeVisible();
  await expect(steps(page)).toHaveCount(0);
  // The call is a step, not what the model wrote.
  const answer = chat.answers.last();
  await expect(answer.getByText("Looks closer at “red corner”")).toBeVisible();
  await expect(answer).not.toContainText("tool_call");
  await expect(answer.getByText("image_zoom_in_tool")).toBeHidden();
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/api/media", async (route) => {
    await held;
    await route.continue().catch(() => undefined);
  });
  await page.getByRole("button", { name: "Zoom in", exact: true }).click();
  await expect(page.getByText("Zooming in on “red corner”…")).toBeVisible();
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  release();
  await expect(page.getByText("The model wants to zoom in on “red corner”.")).toBeVisible();
  await expect(steps(page)).toHaveCount(0);
});

test("a stop while the model goes on after a step ends it for good", async ({ chat, page }) => {
  // What the server says from the end of the second answer on waits.
  let ended = 0;
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    let line = Promise.resolve();
    server.onMessage((message) => {
      line = line.then(async () => {
        if (String(message).includes('"type":"finish"')) ended += 1;
        if (ended >= 2) await held;
        socket.send(message);
      });
    });
  });
  await allowZoom(page);
  await recite(chat, "zoom-forever");
  await expect(steps(page)).toHaveCount(1);
  await expect(chat.answers).toHaveCount(2);
  await expect(chat.answers.last()).toContainText("Closer.");
  await chat.stop.click();
  release();
  await expect(chat.stop).toHaveCount(0);
  // Whatever was to come would be there now.
  await chat.message.fill("Is that all?");
  await chat.send.click();
  await expect(chat.answers.last()).toContainText("Is that all?");
  await expect(steps(page)).toHaveCount(1);
});

test("thinking folds above the answer, is not copied, and its time survives a reload", async ({ chat, page }) => {
  await recite(chat, "thinking");
  const answer = await chat.ended(1);
  const fold = answer.getByRole("button", { name: /^Thought/ });
  await expect(fold).toContainText(/tokens$/);
  await expect(fold).toHaveAttribute("aria-expanded", "false");
  await expect(answer).toContainText("It is red.");
  await expect(answer).not.toContainText("one red rectangle");
  expect(await chat.words(answer)).toBe("It is **red**.");
  await fold.click();
  await expect(answer).toContainText("The page shows one red rectangle on white.");
  const words = await fold.textContent();
  await page.reload();
  await expect(fold).toHaveText(words ?? "");
  // As it was left.
  await expect(fold).toHaveAttribute("aria-expanded", "true");
});

test("the steps of an agent are cards with marks on the screenshot, also in the viewer", async ({ chat, page }) => {
  await recite(chat, "agent-phone");
  const answer = await chat.ended(1);
  const cards = answer.getByRole("region", { name: "3 steps of the agent" });
  await expect(cards.getByRole("listitem")).toHaveCount(3);
  await expect(cards.getByRole("listitem").nth(0)).toContainText("Swipe up");
  await expect(cards.getByRole("listitem").nth(0)).toContainText("The list is long, so I go further down first.");
  await expect(cards.getByRole("listitem").nth(0).locator("svg polygon")).toHaveCount(1);
  await expect(cards.getByRole("listitem").nth(1)).toContainText("Tap");
  await expect(cards.getByRole("listitem").nth(2)).toContainText("Finished: done");
  await expect(cards).toContainText("Steps are shown, never executed.");
  // What it thought is there once; as it wrote it, it is folded away.
  const thought = answer.getByText("The list is long, so I go further down first.");
  await expect(thought.filter({ visible: true })).toHaveCount(1);
  await answer.getByText("Source", { exact: true }).click();
  await expect(thought.filter({ visible: true })).toHaveCount(2);
  await cards.getByRole("button", { name: "Show step 2 on the screenshot" }).click();
  const viewer = page.getByRole("complementary", { name: "Viewer" });
  await expect(viewer.locator("[data-stage] svg text")).toHaveText(["1", "2"]);
  await expect(viewer.getByRole("list", { name: "3 steps of the agent" }).getByRole("button")).toHaveText([/Swipe up/, /Tap/, /Finished: done/]);
  // The tap is where the answer says: 250 and 600 of 999.
  const ring = await viewer.locator("[data-stage] svg circle").nth(3).evaluate((it) => [Number(it.getAttribute("cx")) / 720, Number(it.getAttribute("cy")) / 1480]);
  expect(ring.map((part) => Math.round(part * 999))).toEqual([250, 600]);
});
