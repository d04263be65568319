import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import type { ChatPage } from "./page.ts";

const run = promisify(execFile);

/** The events and boxes are recited: the embedded model does not write such answers. */
test.use({ serverOptions: { worker: path.join(import.meta.dirname, "recitingWorker.ts") } });

/** Clips of four seconds that are made for the tests: with a sound, and in a container that no browser plays. */
const folder = mkdtemp(path.join(tmpdir(), "clips-"));
const clips = { sounding: "", unplayable: "" };

test.beforeAll(async () => {
  clips.sounding = path.join(await folder, "sounding.webm");
  clips.unplayable = path.join(await folder, "unplayable.avi");
  const picture = ["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=4"];
  await run("ffmpeg", [...picture, "-f", "lavfi", "-i", "sine=duration=4", "-c:v", "libvpx", "-b:v", "500k", "-c:a", "libvorbis", clips.sounding]);
  await run("ffmpeg", [...picture, "-c:v", "mpeg4", clips.unplayable]);
});

test.afterAll(async () => {
  await rm(await folder, { recursive: true, force: true });
});

/** The viewer and what is in it, by roles and names. */
class Viewer {
  readonly root: Locator;
  readonly position: Locator;
  readonly events: Locator;
  readonly play: Locator;

  constructor(page: Page) {
    this.root = page.getByRole("complementary", { name: "Viewer" });
    this.position = this.root.getByRole("slider", { name: "Position in the clip" });
    this.events = this.root.getByRole("region", { name: "Events" }).getByRole("row");
    this.play = this.root.getByRole("button", { name: "Play", exact: true });
  }

  /** Seconds. */
  async time(): Promise<number> {
    return Number(await this.position.getAttribute("aria-valuenow"));
  }
}

test("a clip's events come with a timeline by themselves, and light up together with their words", async ({ chat }) => {
  const viewer = new Viewer(chat.page);
  await chat.ask("recite clip-events", [clips.sounding]);
  const answer = await chat.ended(1);
  await expect(viewer.events).toHaveCount(4);
  await expect(answer.getByRole("button", { name: "3 events" })).toBeVisible();
  await expect(viewer.events.nth(2)).toContainText("0:01");
  await expect(viewer.events.nth(2)).toContainText("0:02.5");
  await expect(viewer.events.nth(2)).toContainText("0:01.5");
  await expect(viewer.root.getByText("does not hear sound")).toBeVisible();

  const bar = viewer.root.getByRole("region", { name: "Timeline" }).getByRole("button", { name: /The colours move/ });
  const words = answer.locator("mark", { hasText: "The colours move" }).first();
  await viewer.events.nth(2).hover();
  await expect(bar).toHaveAttribute("data-lit", "true");
  await expect(words).toHaveAttribute("data-lit", "true");
  await words.hover();
  await expect(viewer.events.nth(2)).toHaveAttribute("data-lit", "true");
});

test("an answer that is complete before it is first shown opens the viewer too, and an old one does not", async ({ chat, page }) => {
  const viewer = new Viewer(page);
  // Everything that the server says of an answer comes at once.
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    let held: (string | Buffer)[] = [];
    server.onMessage((message) => {
      held.push(message);
      if (String(message).includes('"type":"event"') && !String(message).includes('"type":"finish"')) return;
      for (const one of held) socket.send(one);
      held = [];
    });
  });
  await page.reload();
  await chat.ask("recite clip-events", [clips.sounding]);
  await chat.ended(1);
  await expect(viewer.events).toHaveCount(4);
  await page.reload();
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.answers.locator("[data-result-card]")).toBeVisible();
  await expect(viewer.root).toHaveCount(0);
});

test("of two clips each has the events and times that are said of it", async ({ chat }) => {
  const viewer = new Viewer(chat.page);
  await chat.ask("recite clips-two", [clips.sounding, clips.unplayable]);
  const answer = await chat.ended(1);
  const [first, second] = [answer.locator("[data-result-card]").nth(0), answer.locator("[data-result-card]").nth(1)];
  await expect(first).toContainText("1 event");
  await expect(first).toContainText("sounding.webm");
  await expect(second).toContainText("2 events");
  await second.click();
  await expect(viewer.events).toHaveCount(3);
  await expect(viewer.root.getByRole("heading", { name: "unplayable.avi" })).toBeVisible();
  await first.click();
  await expect(viewer.root.getByRole("heading", { name: "sounding.webm" })).toBeVisible();
  await expect(viewer.events).toHaveCount(2);
  await answer.getByRole("button", { name: "0:02", exact: true }).click();
  await expect(viewer.root.getByRole("heading", { name: "unplayable.avi" })).toBeVisible();
  await expect.poll(() => viewer.time()).toBe(2);
});

test("the clip is enlarged with two fingers and with the wheel, and the timeline shows what is under the pointer", async ({ chat, page }) => {
  const viewer = new Viewer(page);
  await ask(chat, "recite clip-events", [clips.sounding]);
  const screen = viewer.root.locator("[data-zoom]");
  const zoom = async () => Number(await screen.getAttribute("data-zoom"));
  const whole = viewer.root.getByRole("button", { name: "Show the whole picture" });
  await expect(whole).toHaveCount(0);
  const { x, y, width, height } = await boxOf(screen);
  const [middle, line] = [x + width / 2, y + height / 2];
  const touches = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove", apart: number) =>
    touches.send("Input.dispatchTouchEvent", { type, touchPoints: [middle - apart, middle + apart].map((at, id) => ({ x: at, y: line, id })) });
  await touch("touchStart", 20);
  for (const apart of [30, 40, 60]) await touch("touchMove", apart);
  await touches.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  expect(await zoom()).toBeGreaterThan(2);
  // It was no press.
  await expect(viewer.play).toBeVisible();
  await whole.press("Enter");
  expect(await zoom()).toBe(1);

  await page.mouse.move(middle, line);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -60);
  await page.keyboard.up("Control");
  await expect.poll(zoom).toBeGreaterThan(1.2);
  await whole.click();

  await viewer.position.hover();
  const frame = viewer.root.locator("[data-hover-frame] img");
  await expect(frame).toBeVisible();
  expect(await frame.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(320);
  await page.mouse.move(0, 0);
  await expect(frame).toHaveCount(0);
});

async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await locator.boundingBox();
  if (!box) throw new Error("It is not shown.");
  return box;
}

/** Asks for an answer about a clip and opens the viewer, where it did not open by itself in time. */
async function ask(chat: ChatPage, text: string, files: readonly string[], number = 1): Promise<Locator> {
  await chat.ask(text, files);
  const answer = await chat.ended(number);
  const card = answer.locator("[data-result-card]");
  await expect(card).toBeVisible();
  if ((await card.getAttribute("aria-pressed")) !== "true") await card.click();
  return answer;
}

test("an event is played from its start to its end", async ({ chat }) => {
  const viewer = new Viewer(chat.page);
  await ask(chat, "recite clip-events", [clips.sounding]);
  await viewer.events.nth(2).getByRole("button").click();
  await expect(viewer.root.getByRole("button", { name: "Pause", exact: true })).toBeVisible();
  expect(await viewer.time()).toBeGreaterThanOrEqual(1);
  await expect(viewer.play).toBeVisible();
  expect(await viewer.time()).toBeCloseTo(2.5, 1);
});

test("times in an answer lead to the clip, what only looks like one does not", async ({ chat }) => {
  const viewer = new Viewer(chat.page);
  const answer = await ask(chat, "recite clip-events", [clips.sounding]);
  await viewer.root.getByRole("button", { name: "Close the viewer" }).click();
  await expect(viewer.root).toHaveCount(0);
  await answer.getByRole("button", { name: "00:02", exact: true }).click();
  await expect(viewer.position).toHaveAttribute("aria-valuetext", "0:02 of 0:04");
  await answer.getByRole("button", { name: "0:01.2 to 0:01.8" }).click();
  await expect(viewer.play).toBeVisible();
  await expect.poll(() => viewer.time()).toBeCloseTo(1.8, 1);
  for (const name of ["16:9", "4 seconds", "0:30"]) await expect(answer.getByRole("button", { name, exact: true })).toHaveCount(0);
});

test("a clip is gone through by keys, by pointer and frame by frame", async ({ chat }) => {
  const viewer = new Viewer(chat.page);
  await ask(chat, "recite clip-events", [clips.sounding]);
  await viewer.position.focus();
  await viewer.position.press("ArrowRight");
  await expect(viewer.position).toHaveAttribute("aria-valuetext", "0:01 of 0:04");
  await viewer.position.press("End");
  await expect(viewer.position).toHaveAttribute("aria-valuenow", "4");
  await viewer.position.press("Home");
  for (let step = 0; step < 10; step++) await viewer.position.press(".");
  await expect(viewer.position).toHaveAttribute("aria-valuenow", "0.4");
  await viewer.position.press(",");
  await viewer.position.press(",");
  await viewer.position.press(",");
  await expect(viewer.position).toHaveAttribute("aria-valuenow", "0.3");

  const { width = 0, height = 0 } = (await viewer.position.boundingBox()) ?? {};
  await viewer.position.click({ position: { x: width * 0.75, y: height / 2 } });
  await expect.poll(() => viewer.time()).toBeCloseTo(3, 1);
  await viewer.root.getByRole("button", { name: "Zoom in" }).click();
  await viewer.position.click({ position: { x: 1, y: height / 2 } });
  expect(await viewer.time()).toBeGreaterThan(1);
});

test("what was found is saved as subtitles, as a table and as JSON", async ({ chat }) => {
  const viewer = new Viewer(chat.page);
  await ask(chat, "recite clip-events", [clips.sounding]);
  const save = async (name: string): Promise<string> => {
    const [download] = await Promise.all([chat.page.waitForEvent("download"), viewer.root.getByRole("button", { name, exact: true }).click()]);
    expect(download.suggestedFilename()).toMatch(/^sounding\./);
    return readFile(await download.path(), "utf8");
  };
  expect(await save("SRT")).toContain("1\n00:00:00,500 --> 00:00:01,500\nThe counter starts\n");
  expect(await save("VTT")).toMatch(/^WEBVTT\n\n00:00:00\.500 --> 00:00:01\.500\nThe counter starts\n/);
  expect(await save("CSV")).toContain("3,3.5,The picture ends\r\n");
  expect(JSON.parse(await save("JSON"))).toMatchObject({ events: [{ start_time: 0.5, end_time: 1.5, event: "The counter starts" }, {}, {}] });
});

test("boxes with times move over the clip, and its moments are shown as pictures", async ({ chat }) => {
  const viewer = new Viewer(chat.page);
  await ask(chat, "recite clip-boxes", [clips.sounding]);
  const moments = viewer.root.getByRole("list", { name: "Moments with marks" }).getByRole("button");
  await expect(moments).toHaveCount(3);
  await moments.nth(1).click();
  const shape = viewer.root.locator("[data-moving] [data-mark-label=shape]");
  const left = () => shape.evaluate((element) => parseFloat((element as HTMLElement).style.left));
  await expect.poll(left).toBeCloseTo(20, 0);
  // A quarter of the way to the next place.
  for (let step = 0; step < 3; step++) await viewer.root.getByRole("button", { name: "One frame on (.)" }).click();
  await expect.poll(left).toBeGreaterThan(22);
  await viewer.position.press("End");
  await expect(shape).toHaveCount(0);
  for (const moment of await moments.all()) {
    const picture = moment.locator("img");
    await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(320);
  }
});

test("a clip that the browser cannot play is shown frame by frame", async ({ chat }) => {
  const viewer = new Viewer(chat.page);
  await ask(chat, "recite clip-events", [clips.unplayable]);
  await expect(viewer.root.getByRole("note")).toContainText("cannot play avi");
  const frame = viewer.root.getByRole("img", { name: "Clip: unplayable.avi" }).locator("img");
  await expect.poll(() => frame.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(320);
  const first = await frame.getAttribute("src");
  await viewer.events.nth(3).getByRole("button").click();
  await expect(viewer.play).toBeVisible();
  expect(await viewer.time()).toBeCloseTo(3.5, 1);
  expect(await frame.getAttribute("src")).not.toBe(first);
});

test("on a phone nothing opens by itself, and everything is large enough for a finger", async ({ chat }) => {
  await chat.page.setViewportSize({ width: 390, height: 844 });
  await chat.ask("recite clip-events", [clips.sounding]);
  const answer = await chat.ended(1);
  await expect(chat.page.getByRole("slider", { name: "Position in the clip" })).toHaveCount(0);
  await answer.getByRole("button", { name: "3 events" }).click();
  const sheet = chat.page.getByRole("dialog", { name: "Viewer" });
  await expect(sheet.getByRole("slider", { name: "Position in the clip" })).toBeVisible();
  for (const button of await sheet.getByRole("button", { name: /^(Play|Zoom|One frame|Fullscreen|SRT|CSV)/ }).all()) {
    if (!(await button.isVisible())) continue;
    const { height = 0 } = (await button.boundingBox()) ?? {};
    expect(height).toBeGreaterThanOrEqual(44);
  }
});

test("axe finds nothing to complain about", async ({ chat }) => {
  const viewer = new Viewer(chat.page);
  await ask(chat, "recite clip-events", [clips.sounding]);
  await expect(viewer.events).toHaveCount(4);
  expect((await new AxeBuilder({ page: chat.page }).include('aside[aria-label="Viewer"]').analyze()).violations).toEqual([]);
  await ask(chat, "recite clip-boxes", [], 2);
  await expect(viewer.root.getByRole("list", { name: "Moments with marks" })).toBeVisible();
  expect((await new AxeBuilder({ page: chat.page }).include('aside[aria-label="Viewer"]').analyze()).violations).toEqual([]);
});

test("a clip is shown with the frames that are looked at, also before anything is found in it", async ({ chat }) => {
  const viewer = new Viewer(chat.page);
  await chat.ask("What happens?", [clips.sounding]);
  await chat.ended(1);
  await expect(viewer.root).toHaveCount(0);
  await chat.log.getByRole("button", { name: /^Enlarge/ }).first().click();
  await expect(viewer.position).toHaveAttribute("aria-valuetext", "0:00 of 0:04");
  await expect(viewer.root.getByText("8 frames looked at")).toBeVisible();
});
