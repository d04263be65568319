import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { eventually, TestServer } from "./testing/harness.ts";

/** More questions than can be answered, and askers who leave; the names of the tests begin with the row of the threat table. */

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ limits: { concurrentRuns: 1, queue: 16, connectionsPerAddress: 300 } });
});
afterAll(() => server[Symbol.asyncDispose]());

const idle = { status: "ok", active: 0, queued: 0 };

function ask(content: string, { stream = false, signal }: { stream?: boolean; signal?: AbortSignal } = {}): Promise<Response> {
  const body = JSON.stringify({ model: "fake", messages: [{ role: "user", content }], stream });
  return fetch(`${server.origin}/v1/chat/completions`, { method: "POST", headers: { "Content-Type": "application/json" }, body, ...(signal && { signal }) });
}

test("R3: of 200 questions at once one is answered, 16 wait, and the others are refused with when to come back", async () => {
  await eventually(() => server.health()).toEqual(idle);
  const first = ask("say 300");
  await eventually(() => server.health()).toMatchObject({ active: 1 });
  const answers = await Promise.all(Array.from({ length: 199 }, () => ask("hello")));
  const refused = answers.filter(({ status }) => status === 429);
  expect([answers.filter(({ status }) => status === 200).length, refused.length]).toEqual([16, 183]);
  for (const response of refused) {
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(z.object({ error: z.object({ code: z.string(), type: z.string() }) }).parse(await response.json()).error).toEqual({ code: "queue_full", type: "rate_limit_error" });
  }
  expect((await first).status).toBe(200);
  await eventually(() => server.health()).toEqual(idle);
});

test.each([{ stream: false }, { stream: true }])("R4: who leaves, while it waits or is answered, frees the place: %o", async ({ stream }) => {
  await eventually(() => server.health()).toEqual(idle);
  const [running, waiting] = [new AbortController(), new AbortController()];
  const first = ask("say 100000", { stream, signal: running.signal }).then((response) => response.text());
  await eventually(() => server.health()).toMatchObject({ active: 1 });
  const second = ask("say 100000", { stream, signal: waiting.signal }).then((response) => response.text());
  await eventually(() => server.health()).toMatchObject({ active: 1, queued: 1 });
  waiting.abort();
  await expect(second).rejects.toThrow();
  await eventually(() => server.health()).toMatchObject({ active: 1, queued: 0 });
  running.abort();
  await expect(first).rejects.toThrow();
  await eventually(() => server.health()).toEqual(idle);
});
