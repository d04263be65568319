import { DemoServer } from "./demoServer.ts";
import { expect, test as base } from "./fixtures.ts";
import { conversation } from "./recorded.ts";
import { Relay } from "./relay.ts";
import { pausingWorker, whileSlow } from "./slowWorker.ts";

/** The page of a server whose engine is elsewhere: another instance of this program, at the end of a line that can be cut. */

interface Elsewhere {
  engine: DemoServer;
  line: Relay;
}

const test = base.extend<object, Elsewhere>({
  engine: [
    async ({ serverOptions }, use) => {
      await using engine = await DemoServer.start(serverOptions);
      await use(engine);
    },
    { scope: "worker", timeout: 120_000 },
  ],
  line: [
    async ({ engine }, use) => {
      await using line = await Relay.to(engine.url);
      await use(line);
    },
    { scope: "worker" },
  ],
  server: [
    async ({ line }, use) => {
      await using server = await DemoServer.start({ flags: ["--backend", "openai", "--engine-url", `${line.url}/v1`] });
      await use(server);
    },
    { scope: "worker", timeout: 120_000 },
  ],
});

test.use({ serverOptions: { worker: pausingWorker } });

const [long] = conversation("texture").turns;
const [short] = conversation("color", "shape").turns;

test("a picture is answered as by the engine on this machine, and the page says where the engine is", async ({ chat, page, line }) => {
  await chat.ask(short.text, short.files);
  expect(await chat.words(await chat.ended(1))).toBe(short.answer);
  await expect(page.getByRole("banner")).toContainText(new URL(line.url).host);
});

test("Stop ends the answer there too", async ({ chat, engine }) => {
  await chat.upload(long.files);
  await whileSlow(engine, async (pace) => {
    await chat.ask(long.text);
    await chat.begun(1, long.answer);
    pace.halt();
    await chat.stop.click();
    pace.slow();
    const answer = await chat.ended(1);
    await expect(answer).toContainText("Stopped by you");
    expect(long.answer.startsWith((await chat.words(answer)).trimEnd())).toBe(true);
    await expect.poll(async () => (await fetch(new URL("/healthz", engine.url))).text()).toContain('"active":0');
  });
});

test("an engine that goes away is told of by its address, and answers when it is back", async ({ chat, page, engine, line }) => {
  const away = page.getByRole("status").filter({ hasText: `The engine at ${new URL(line.url).host} cannot be reached.` });
  await chat.upload(long.files);
  await whileSlow(engine, async (pace) => {
    await chat.ask(long.text);
    await chat.begun(1, long.answer);
    pace.halt();
    line.cut();
    const broken = await chat.ended(1);
    await expect(broken).toContainText("broke off");
    await expect(broken).toContainText(long.answer.slice(0, 12));
    await expect(away).toBeVisible();
    await expect(away).toContainText("It is tried again by itself.");
  });
  await chat.message.fill(long.text);
  await chat.send.click();
  await expect(await chat.answer(2)).toContainText("Waiting for the connection…");
  line.mend();
  await expect(await chat.ended(2)).not.toContainText("cannot be reached");
  await expect(away).toBeHidden();
});
