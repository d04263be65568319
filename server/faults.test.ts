import { randomUUID } from "node:crypto";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { MediaStore } from "./media/store.ts";
import { eventually, testConfig, TestPage, TestServer, tinyPng } from "./testing/harness.ts";

/** What those see who watch over the server while its worker dies, and a clock that is set. */

afterEach(() => vi.useRealTimers());

async function healthOf(server: TestServer): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${server.origin}/healthz`);
  return { status: response.status, body: await response.json() };
}

test("a worker that dies: health is degraded, and ok when there is another", async () => {
  await using server = await TestServer.start({ timing: { backoff: 300 } });
  // The first restart comes at once, the second after a pause.
  for (let death = 0; death < 2; death += 1) {
    await eventually(() => healthOf(server)).toMatchObject({ status: 200, body: { status: "ok" } });
    const pid = server.engine.workerPid ?? 0;
    process.kill(pid, "SIGKILL");
    await eventually(() => server.engine.workerPid).not.toBe(pid);
  }
  expect(await healthOf(server)).toMatchObject({ status: 200, body: { status: "degraded" } });
  await eventually(() => healthOf(server)).toMatchObject({ status: 200, body: { status: "ok" } });
});

test("a worker that dies in the middle of an answer: that one ends, and who waits is answered by the next worker", async () => {
  await using server = await TestServer.start({ limits: { concurrentRuns: 1 } });
  await using page = await TestPage.open(server, await server.visit());
  const [running, ...waiting] = [randomUUID(), randomUUID(), randomUUID()];
  page.ask(running, "say 100000");
  await page.until((message) => message.type === "event" && message.event.type === "text");
  await using other = await TestPage.open(server, await server.visit());
  for (const run of waiting) other.ask(run, "still here");
  await eventually(() => server.health()).toMatchObject({ active: 1, queued: 2 });
  process.kill(server.engine.workerPid ?? 0, "SIGKILL");
  expect(await page.end(running)).toEqual({ type: "error", error: { code: "worker_restarted", params: {} } });
  for (const run of waiting) {
    expect(await other.end(run)).toMatchObject({ type: "finish", reason: "eos" });
    expect(other.text(run)).toBe("still here");
  }
});

test("a worker that keeps dying: 503 with the reason, for health and for uploads, and no more starts", async () => {
  await using server = await TestServer.start({ checkpoint: "die", timing: { backoff: 1, breaker: 3_600_000 } });
  await eventually(() => healthOf(server)).toMatchObject({ status: 503, body: { status: "unusable" } });
  const refused = await server.upload(await server.visit(), tinyPng("a"), "a.png");
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).not.toBeNull();
  expect(await refused.json()).toMatchObject({ error: { code: "worker_unavailable" } });
  expect(server.engine.workerPid).toBeUndefined();
});

test("a clock that is set a month ahead, or back, costs nobody an upload", async () => {
  const folder = await mkdtemp(join(tmpdir(), "clock-"));
  const { limits, timing } = testConfig(folder);
  const store = await MediaStore.open(folder, limits);
  const session = "0".repeat(32);
  await using upload = await store.begin(session);
  for (const days of [30, -30]) {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + days * 24 * 3_600_000 });
    await store.sweep(timing.uploadAge, new Set());
    vi.useRealTimers();
    expect(await stat(upload.path)).toMatchObject({ size: 0 });
  }
  await rm(folder, { recursive: true });
});
