import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import { uploadedMediaSchema, type UploadedMedia } from "./protocol.ts";
import { eventually, TestPage, TestServer, tinyPng } from "./testing/harness.ts";

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ limits: { concurrentRuns: 1, queue: 2, textCharacters: 1000 }, timing: { orphan: 300 } });
});
afterAll(() => server[Symbol.asyncDispose]());

async function uploaded(cookie: string, name: string): Promise<UploadedMedia> {
  return uploadedMediaSchema.parse(await (await server.upload(cookie, tinyPng(name), name)).json());
}

const words = (count: number): string => Array.from({ length: count }, (_, index) => `word${index + 1} `).join("");

test("a page hears the status, then its answer, numbered without gaps", async () => {
  await using page = await TestPage.open(server, await server.visit());
  expect(await page.until(({ type }) => type === "status")).toMatchObject({ type: "status" });
  const run = randomUUID();
  page.ask(run, "say 30");
  expect(await page.end(run)).toMatchObject({ type: "finish", reason: "eos", usage: { completion_tokens: 30 } });
  expect(page.text(run)).toBe(words(30));
  expect(page.events(run).map(({ seq }) => seq)).toEqual(page.events(run).map((_, index) => index + 1));
});

test("many tokens make few messages", async () => {
  await using page = await TestPage.open(server, await server.visit());
  const run = randomUUID();
  page.ask(run, "flood 2000");
  await page.end(run);
  expect(page.text(run)).toHaveLength(2_000_000);
  expect(page.events(run).length).toBeLessThan(500);
});

test("an answer goes on after a lost connection, without loss or doubles", async () => {
  const cookie = await server.visit();
  const run = randomUUID();
  const seen: string[] = [];
  let after: number;
  {
    await using page = await TestPage.open(server, cookie);
    page.ask(run, "say 40");
    await page.until((message) => message.type === "event" && message.event.type === "text");
    seen.push(page.text(run));
    after = page.events(run).length;
  }
  await using again = await TestPage.open(server, cookie);
  again.send({ type: "resume", run, after });
  await again.end(run);
  expect(seen.join("") + again.text(run)).toBe(words(40));
  expect(again.events(run)[0]?.seq).toBe(after + 1);

  // A reload remembers nothing, and gets everything.
  await using reloaded = await TestPage.open(server, cookie);
  reloaded.send({ type: "resume", run, after: 0 });
  await reloaded.end(run);
  expect(reloaded.text(run)).toBe(words(40));
});

test("two pages of a session can follow the same answer", async () => {
  const cookie = await server.visit();
  await using one = await TestPage.open(server, cookie);
  await using two = await TestPage.open(server, cookie);
  const run = randomUUID();
  one.ask(run, "say 20");
  await one.until((message) => message.type === "event");
  two.send({ type: "resume", run, after: 0 });
  await Promise.all([one.end(run), two.end(run)]);
  expect([one.text(run), two.text(run)]).toEqual([words(20), words(20)]);
});

test("stop ends an answer, and what was said stays", async () => {
  await using page = await TestPage.open(server, await server.visit());
  const run = randomUUID();
  page.ask(run, "say 100000");
  await page.until((message) => message.type === "event" && message.event.type === "text");
  page.send({ type: "stop", run });
  expect(await page.end(run)).toMatchObject({ type: "finish", reason: "abort" });
  expect(page.text(run)).toMatch(/^word1 /);
});

test("an answer that nobody comes back for is stopped", async () => {
  const cookie = await server.visit();
  const run = randomUUID();
  {
    await using page = await TestPage.open(server, cookie);
    page.ask(run, "say 100000");
    await page.until((message) => message.type === "event");
  }
  await eventually(() => server.health()).toMatchObject({ active: 0 });
  await using page = await TestPage.open(server, cookie);
  page.send({ type: "resume", run, after: 0 });
  expect(await page.end(run)).toMatchObject({ reason: "abort" });
});

test("a place in the queue that nobody comes back for is given away, and the others move up", async () => {
  await using first = await TestPage.open(server, await server.visit());
  await using third = await TestPage.open(server, await server.visit());
  const [long, gone, next] = [randomUUID(), randomUUID(), randomUUID()];
  first.ask(long, "say 100000");
  await first.until((message) => message.type === "event");
  {
    await using second = await TestPage.open(server, await server.visit());
    second.ask(gone, "say 3");
    await second.until((message) => message.type === "event");
    third.ask(next, "say 3");
    await third.until((message) => JSON.stringify(message).includes('"queued","position":2'));
  }
  await third.until((message) => JSON.stringify(message).includes('"queued","position":1'));
  expect(await server.health()).toMatchObject({ active: 1, queued: 1 });
  first.send({ type: "stop", run: long });
  expect(await third.end(next)).toMatchObject({ reason: "eos" });
});

test("another session can neither read nor stop an answer", async () => {
  await using owner = await TestPage.open(server, await server.visit());
  await using stranger = await TestPage.open(server, await server.visit());
  const run = randomUUID();
  owner.ask(run, "say 30");
  await owner.until((message) => message.type === "event");
  stranger.send({ type: "resume", run, after: 0 });
  expect(await stranger.until(({ type }) => type === "unknown-run")).toEqual({ type: "unknown-run", run });
  stranger.send({ type: "stop", run });
  expect(await owner.end(run)).toMatchObject({ reason: "eos" });
  expect(stranger.events(run)).toEqual([]);
});

test("others wait in order, may leave, and one too many is refused at once", async () => {
  const pages = await Promise.all(Array.from({ length: 4 }, async () => TestPage.open(server, await server.visit())));
  const [first, second, third, fourth] = pages;
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) throw new Error("four pages");
  const [a, b, c, d] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  first.ask(a, "say 100000");
  await first.until((message) => message.type === "event");
  const queuedAt = (position: number) => (message: unknown) => JSON.stringify(message).includes(`"queued","position":${position}`);
  second.ask(b, "say 3");
  await second.until(queuedAt(1));
  third.ask(c, "say 3");
  await third.until(queuedAt(2));
  fourth.ask(d, "say 3");
  expect(await fourth.until(({ type }) => type === "refused")).toMatchObject({ run: d, error: { code: "queue_full", params: { limit: 2 } } });

  second.send({ type: "stop", run: b });
  expect(await second.end(b)).toMatchObject({ reason: "abort" });
  await third.until(queuedAt(1));
  first.send({ type: "stop", run: a });
  expect(await third.end(c)).toMatchObject({ reason: "eos" });
  for (const page of pages) await page[Symbol.asyncDispose]();
});

test("of 40 users at once on 4 slots, 4 are answered and 16 wait; the others are refused, and answered when they ask again", async () => {
  await using team = await TestServer.start({ limits: { concurrentRuns: 4, queue: 16 } });
  await eventually(() => team.health()).toMatchObject({ status: "ok" });
  const users = await Promise.all(Array.from({ length: 40 }, async () => ({ page: await TestPage.open(team, await team.visit()), run: randomUUID() })));
  for (const { page, run } of users) page.ask(run, "say 30");
  const refusedOrQueued = ({ type }: { type: string }): boolean => type === "refused" || type === "event";
  const first = await Promise.all(users.map(async ({ page }) => page.until(refusedOrQueued)));
  const refused = users.filter((_, index) => first[index]?.type === "refused");
  expect(refused).toHaveLength(20);
  for (const user of refused) {
    const again = randomUUID();
    await eventually(async () => {
      const { queued } = z.object({ queued: z.number() }).parse(await team.health());
      return queued;
    }).toBeLessThan(16);
    user.page.ask(again, "say 30");
    user.run = again;
  }
  await Promise.all(users.map(({ page, run }) => page.end(run)));
  for (const { page, run } of users) {
    expect(page.text(run)).toBe(words(30));
    const positions = page.events(run).flatMap(({ event }) => (event.type === "phase" && event.phase.name === "queued" ? [event.phase.position] : []));
    expect(positions).toEqual([...positions].sort((one, other) => other - one));
  }
  await eventually(() => team.health()).toEqual({ status: "ok", active: 0, queued: 0 });
  await Promise.all(users.map(({ page }) => page[Symbol.asyncDispose]()));
});

test("one session may not fill the queue alone", async () => {
  await using page = await TestPage.open(server, await server.visit());
  const runs = Array.from({ length: 4 }, () => randomUUID());
  for (const run of runs) page.ask(run, "say 100000");
  expect(await page.until(({ type }) => type === "refused")).toMatchObject({ run: runs[3], error: { code: "queue_full", params: { limit: 3 } } });
  for (const run of runs.slice(0, 3)) page.send({ type: "stop", run });
  for (const run of runs.slice(0, 3)) expect(await page.end(run)).toMatchObject({ reason: "abort" });
});

test("media reach the engine as the session's own files, and only those", async () => {
  const cookie = await server.visit();
  const image = await uploaded(cookie, "a.png");
  await using page = await TestPage.open(server, cookie);
  const run = randomUUID();
  page.ask(run, { type: "image", media: image.id }, { type: "video", media: [image.id, image.id] }, "paths");
  await page.end(run);
  const session = cookie.split("=")[1] ?? "";
  expect(JSON.parse(page.text(run))).toEqual(Array.from({ length: 3 }, () => `${server.uploads}/${session}/${image.id}`));

  await using stranger = await TestPage.open(server, await server.visit());
  const other = randomUUID();
  stranger.ask(other, { type: "image", media: image.id }, "paths");
  expect(await stranger.end(other)).toEqual({ type: "error", error: { code: "media_missing", params: { name: "", media: image.id } } });
});

test("what cannot be used is refused, and the socket stays", async () => {
  await using page = await TestPage.open(server, await server.visit());
  const run = randomUUID();
  const refusals = (): unknown[] => page.messages.filter(({ type }) => type === "refused");
  const bad: unknown[] = [
    { type: "nonsense" },
    { type: "generate", run },
    { type: "generate", run, messages: [], settings: {} },
    { type: "generate", run: "no uuid", messages: [], settings: {} },
    { type: "generate", run, messages: [{ role: "user", content: [{ type: "image", media: "../../etc/passwd" }] }], settings: {} },
    { type: "generate", run, messages: [{ role: "user", content: [] }], settings: { max_new_tokens: -1 } },
    [],
    null,
    "text",
  ];
  for (const message of bad) page.socket.send(JSON.stringify(message));
  page.socket.send("{not json");
  page.socket.send(Buffer.from([1, 2, 3]));
  page.ask(run, "x".repeat(1001));
  await eventually(refusals).toHaveLength(bad.length + 3);
  expect(refusals().at(-1)).toEqual({ type: "refused", run, error: { code: "invalid_request", params: { reason: "the text is too long", limit: 1000 } } });
  const good = randomUUID();
  page.ask(good, "still here");
  await page.end(good);
  page.ask(good, "twice");
  await eventually(refusals).toHaveLength(bad.length + 4);
  expect(page.text(good)).toBe("still here");
});

test("a message over 1 MiB closes its socket", async () => {
  await using page = await TestPage.open(server, await server.visit());
  page.socket.send("x".repeat(1024 * 1024 + 1));
  expect(await page.closed).toBe(1009);
});

test("a page that stops reading gets the rest when it reads again", async () => {
  await using slow = await TestPage.open(server, await server.visit());
  const run = randomUUID();
  slow.socket.pause();
  slow.ask(run, "flood 30000");
  await eventually(() => server.health()).toMatchObject({ active: 1 });
  await eventually(() => server.health()).toMatchObject({ active: 0 });
  slow.socket.resume();
  expect(await slow.end(run)).toMatchObject({ reason: "eos" });
  expect(slow.text(run)).toHaveLength(30_000_000);
});

test("a page that reads nothing any more is closed and can come back", async () => {
  await using stalling = await TestServer.start({ timing: { stall: 200 } });
  const cookie = await stalling.visit();
  const run = randomUUID();
  {
    await using page = await TestPage.open(stalling, cookie);
    page.socket.pause();
    page.ask(run, "flood 30000");
    await eventually(() => stalling.health()).toMatchObject({ active: 1 });
    await eventually(() => stalling.health()).toMatchObject({ active: 0 });
    await new Promise((resolve) => setTimeout(resolve, 1000)); // several times the stall limit
    page.socket.resume();
    await page.closed;
    expect(page.text(run).length).toBeLessThan(30_000_000);
  }
  await using again = await TestPage.open(stalling, cookie);
  again.send({ type: "resume", run, after: 0 });
  expect(await again.end(run)).toMatchObject({ reason: "eos" });
  expect(again.text(run)).toHaveLength(30_000_000);
});

test("a peer that does not answer pings is dropped; too many sockets are refused", async () => {
  await using small = await TestServer.start({ limits: { socketsPerSession: 1 }, timing: { ping: 50 } });
  const cookie = await small.visit();
  const silent = new WebSocket(`ws://127.0.0.1:${small.port}/ws`, { origin: small.origin, headers: { Cookie: cookie }, autoPong: false });
  await new Promise((resolve) => silent.once("open", resolve));
  await expect(TestPage.open(small, cookie)).rejects.toThrow("429");
  expect(await new Promise((resolve) => silent.once("close", resolve))).toBe(1006);
  await using page = await TestPage.open(small, cookie);
  expect(page.socket.readyState).toBe(WebSocket.OPEN);
});
