import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { TestPage, TestServer } from "./testing/harness.ts";

/** How the server ends: nothing new, what is being said may be finished. */

test("a running answer is finished, who waits is told, and nobody new gets in", async () => {
  await using server = await TestServer.start({ limits: { concurrentRuns: 1 }, timing: { drain: 60_000 } });
  await using page = await TestPage.open(server, await server.visit());
  const [running, waiting, late] = [randomUUID(), randomUUID(), randomUUID()];
  page.ask(running, "say 60");
  await page.until((message) => message.type === "event" && message.event.type === "text");
  page.ask(waiting, "hello");
  await page.until((message) => message.type === "event" && message.run === waiting);

  const closed = server.close();
  expect(await page.end(waiting)).toMatchObject({ type: "finish", reason: "abort" });
  page.ask(late, "hello");
  expect(await page.until((message) => message.type === "refused" && message.run === late)).toMatchObject({ error: { code: "worker_unavailable" } });
  await expect(fetch(`${server.origin}/healthz`)).rejects.toThrow();
  expect(await page.end(running)).toMatchObject({ type: "finish", reason: "eos", usage: { completion_tokens: 60 } });
  await closed;
  expect(await page.closed).toBeGreaterThan(1000);
  expect(server.engine.workerPid).toBeUndefined();
});

test("an answer that takes too long is stopped, with what it has", async () => {
  await using server = await TestServer.start({ timing: { drain: 100 } });
  await using page = await TestPage.open(server, await server.visit());
  const run = randomUUID();
  page.ask(run, "say 100000");
  await page.until((message) => message.type === "event" && message.event.type === "text");
  await server.close();
  expect(await page.end(run)).toMatchObject({ type: "finish", reason: "abort" });
  expect(page.text(run)).toContain("word1 ");
});

// The time is well below what the library would wait.
test("a page that does not read any more is not waited for", { timeout: 20_000 }, async () => {
  await using server = await TestServer.start();
  await using page = await TestPage.open(server, await server.visit());
  page.socket.pause();
  await server.close();
});

test("an answer that nobody follows is not waited for", async () => {
  await using server = await TestServer.start({ timing: { drain: 3_600_000, orphan: 3_600_000 } });
  await using page = await TestPage.open(server, await server.visit());
  page.ask(randomUUID(), "say 100000");
  await page.until((message) => message.type === "event" && message.event.type === "text");
  page.socket.close();
  await page.closed;
  expect(await server.health()).toMatchObject({ active: 1 });
  await server.close();
});
