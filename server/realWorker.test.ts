import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectRoot } from "./config.ts";
import { httpErrorSchema, uploadedMediaSchema, type ServerMessage } from "./protocol.ts";
import { TestPage, TestServer } from "./testing/harness.ts";

/** The whole way down: the inference worker and the embedded model behind the real server. */

const media = join(projectRoot, "inference", "reference", "media");

let server: TestServer;
let cookie: string;
beforeAll(async () => {
  server = await TestServer.start({ worker: join(projectRoot, "inference", "worker.ts"), checkpoint: join(projectRoot, "models", "demo") });
  cookie = await server.visit();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Not only its text: the model writes so fast that the answer may be complete then. */
const isEvent = (message: ServerMessage): boolean => message.type === "event";

async function upload(file: string): Promise<string> {
  const response = await server.upload(cookie, new Uint8Array(await readFile(join(media, file))), file);
  expect(response.status).toBe(201);
  return uploadedMediaSchema.parse(await response.json()).id;
}

async function answerTo(image: string): Promise<string> {
  await using page = await TestPage.open(server, cookie);
  const run = randomUUID();
  page.ask(run, { type: "image", media: image }, "What is in the picture?");
  const end = await page.end(run);
  expect(end).toMatchObject({ type: "finish", reason: "eos" });
  if (end.type === "finish") expect(end.usage.image_tokens).toBeGreaterThan(0);
  return page.text(run);
}

async function endOfStopped(image: string): Promise<unknown> {
  await using page = await TestPage.open(server, cookie);
  const run = randomUUID();
  page.ask(run, { type: "image", media: image }, "What is in the picture?");
  await page.until(isEvent);
  page.send({ type: "stop", run });
  return await page.end(run);
}

test("a picture is described in advance, asked about, and the answer survives stop and kill -9", async () => {
  const image = await upload("photo.png");
  const first = await answerTo(image);
  expect(first).not.toBe("");
  expect(server.engine.status()).toMatchObject({ state: "ready", info: { embedded: true } });

  // The model writes so fast that an answer may be complete before it is stopped.
  await expect.poll(() => endOfStopped(image), { timeout: 20_000 }).toMatchObject({ type: "finish", reason: "abort" });

  await using killed = await TestPage.open(server, cookie);
  const lost = randomUUID();
  killed.ask(lost, { type: "image", media: image }, "What is in the picture?");
  await killed.until(isEvent);
  process.kill(server.engine.workerPid ?? 0, "SIGKILL");
  expect(await killed.end(lost)).toEqual({ type: "error", error: { code: "worker_restarted", params: {} } });
  expect(await killed.until((message) => message.type === "status" && message.status.state === "restarting")).toBeDefined();

  expect(await answerTo(image)).toBe(first);
});

test("a clip has length, sampled frames and a poster", async () => {
  const id = await upload("clip.mp4");
  const { info } = uploadedMediaSchema.parse(JSON.parse(await readFile(join(server.uploads, cookie.split("=")[1] ?? "", `${id}.json`), "utf8")));
  expect(info).toMatchObject({ kind: "video", duration: 3, frames: 30 });
  const poster = new Uint8Array(await (await server.fetch(`/api/media/${id}/poster`, cookie)).arrayBuffer());
  expect([...poster.slice(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
});

test("half a picture is refused by name, and nothing is kept", async () => {
  const before = await server.storedFiles();
  const whole = await readFile(join(media, "photo.png"));
  const half = await server.upload(cookie, new Uint8Array(whole.subarray(0, whole.length / 2)), "half.png");
  expect(half.status).toBe(422);
  expect(httpErrorSchema.parse(await half.json()).error).toMatchObject({ code: "image_corrupt", params: { name: "half.png" } });
  expect(await server.storedFiles()).toEqual(before);
});
