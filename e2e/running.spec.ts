import { ffmpegFile } from "./files.ts";
import { expect, test } from "./fixtures.ts";
import { conversation } from "./recorded.ts";
import { Relay } from "./relay.ts";
import { pausingWorker, whileSlow, whileThrottled } from "./slowWorker.ts";

/** What happens to an answer while it is being written. */

test.use({ serverOptions: { worker: pausingWorker } });

const [long] = conversation("texture").turns;
const [short] = conversation("color", "shape").turns;
const [clip] = conversation("clip-direction", "clip-describe").turns;

test("Stop ends the answer where it is, and the next message is answered", async ({ chat, server }) => {
  await chat.upload(long.files);
  await whileSlow(server, async (pace) => {
    await chat.ask(long.text);
    await chat.begun(1, long.answer);
    pace.halt();
    await chat.stop.click();
    pace.slow();
    const answer = await chat.ended(1);
    await expect(answer).toContainText("Stopped by you");
    const words = await chat.words(answer);
    expect(words.length).toBeLessThan(long.answer.length);
    expect(long.answer.startsWith(words.trimEnd())).toBe(true);
  });
  await chat.ask(short.text, short.files);
  await chat.ended(2);
  await chat.fresh.click();
  await chat.ask(short.text, short.files);
  expect(await chat.words(await chat.ended(1))).toBe(short.answer);
});

test("Esc stops", async ({ chat, server }) => {
  await chat.upload(long.files);
  await whileSlow(server, async (pace) => {
    await chat.ask(long.text);
    await chat.begun(1, long.answer);
    pace.halt();
    await chat.page.keyboard.press("Escape");
    pace.slow();
    await expect(await chat.ended(1)).toContainText("Stopped by you");
  });
});

test("Stop while a clip is decoded frees the engine for the next clip", async ({ chat, server }) => {
  const source = "testsrc2=size=1280x720:rate=30:duration=20";
  const bytes = await ffmpegFile(["-f", "lavfi", "-i", source, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"], ".mp4");
  await chat.attach([{ name: "large.mp4", type: "video/mp4", bytes }], "drop");
  await expect(chat.removal("large.mp4")).toBeVisible({ timeout: 30_000 });
  await whileThrottled(server, async () => {
    await chat.message.fill("Describe this video.");
    await chat.send.click();
    const answer = await chat.answer(1);
    await expect(answer).toContainText("Decoding frames of the clip", { timeout: 30_000 });
    await chat.stop.click();
    await expect(await chat.ended(1)).toContainText("Stopped by you");
  });
  await chat.fresh.click();
  await chat.ask(clip.text, clip.files);
  expect(await chat.words(await chat.ended(1))).toBe(clip.answer);
});

test("Regenerate asks for the last answer anew", async ({ chat, server }) => {
  await chat.ask(long.text, long.files);
  expect(await chat.words(await chat.ended(1))).toBe(long.answer);
  await whileSlow(server, async () => {
    await (await chat.ended(1)).hover();
    await chat.regenerate.click();
    await chat.begun(1, long.answer);
  });
  expect(await chat.words(await chat.ended(1))).toBe(long.answer);
});

test("a reload in the middle of an answer loses nothing and doubles nothing", async ({ chat, page, server }) => {
  await chat.upload(long.files);
  await whileSlow(server, async (pace) => {
    await chat.ask(long.text);
    await chat.begun(1, long.answer);
    pace.halt();
    await page.waitForTimeout(1000); // the conversation is saved about once a second
    await page.reload();
    await chat.begun(1, long.answer);
    pace.slow();
    await page.reload();
  });
  expect(await chat.words(await chat.ended(1))).toBe(long.answer);
  await expect(chat.log.getByText(long.text)).toHaveCount(1);
});

test.describe("on a line that breaks", () => {
  // The browser notes the connections that fail.
  test.use({ allowedErrors: /WebSocket connection to .* failed|ERR_(CONNECTION|EMPTY|SOCKET)/ });

  test("a dropped connection resumes the answer without loss or doubles", async ({ chat, page, server }) => {
    await using relay = await Relay.to(server.url);
    await page.goto(relay.url);
    await chat.upload(long.files);
    await whileSlow(server, async (pace) => {
      await chat.ask(long.text);
      await chat.begun(1, long.answer);
      pace.halt();
      relay.cut();
      await expect(page.getByText("Connection lost")).toBeVisible();
      relay.mend();
      await expect(page.getByText("Connection lost")).toBeHidden({ timeout: 20_000 });
      await chat.begun(1, long.answer);
      relay.cut();
    });
    // The rest is written while nobody listens.
    await expect(page.getByText("Connection lost")).toBeVisible();
    await page.waitForTimeout(1500);
    relay.mend();
    expect(await chat.words(await chat.ended(1))).toBe(long.answer);
  });
});

test("a worker that is killed in the middle of an answer is replaced, and nothing else is lost", async ({ chat, server }) => {
  const before = await server.workerPid();
  await chat.upload(long.files);
  await whileSlow(server, async (pace) => {
    await chat.ask(long.text);
    await chat.begun(1, long.answer);
    pace.halt();
    await chat.message.fill("A draft.");
    process.kill(before, "SIGKILL");
    const answer = await chat.ended(1);
    await expect(answer).toContainText("The engine stopped unexpectedly");
  });
  await expect(chat.message).toHaveValue("A draft.");
  await expect(chat.log.getByText(long.text)).toBeVisible();

  await chat.message.fill("Hello");
  await chat.send.click();
  await expect(await chat.ended(2)).not.toContainText("The engine stopped unexpectedly");
  expect(await server.workerPid()).not.toBe(before);

  await chat.fresh.click();
  await chat.ask(short.text, short.files);
  expect(await chat.words(await chat.ended(1))).toBe(short.answer);
});

test("a worker that is killed while nobody asks is replaced before the next message", async ({ chat, server }) => {
  await chat.upload(short.files);
  const before = await server.workerPid();
  process.kill(before, "SIGKILL");
  await expect.poll(async () => server.workerPid().catch(() => before)).not.toBe(before);
  await chat.ask(short.text);
  expect(await chat.words(await chat.ended(1))).toBe(short.answer);
});
