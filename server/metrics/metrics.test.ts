import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { LogFields } from "../log.ts";
import { eventually, TestPage, TestServer, tinyPng } from "../testing/harness.ts";
import { Metrics } from "./metrics.ts";

test("requests, answers, refusals and restarts are counted, and logged without what is in them", async () => {
  const entries: LogFields[] = [];
  const faults: unknown[] = [];
  const log = { info: () => undefined, event: (event: string, fields: LogFields) => void entries.push({ event, ...fields }), fault: (...fault: unknown[]) => void faults.push(fault) };
  await using server = await TestServer.start({ limits: { runsPerSession: 1 }, timing: { backoff: 10 }, log });
  const cookie = await server.visit();
  const metrics = async (): Promise<string> => (await server.fetch("/metrics", cookie)).text();
  await eventually(async () => (await fetch(`${server.origin}/readyz`)).status).toBe(200);
  await server.upload(cookie, tinyPng(), "secret name.png");
  await using page = await TestPage.open(server, cookie);
  const [run, refused, crash] = [randomUUID(), randomUUID(), randomUUID()];
  page.ask(run, "say 30 secret words");
  page.ask(refused, "one too many");
  await page.end(run);
  page.ask(crash, "crash");
  await page.end(crash);
  await eventually(async () => (await fetch(`${server.origin}/readyz`)).status).toBe(200);

  const text = await metrics();
  for (const line of [
    'qwen3vl_http_requests_total{method="POST",route="/api/media",status="201"} 1',
    'qwen3vl_runs_total{outcome="eos"} 1',
    'qwen3vl_runs_total{outcome="worker_restarted"} 1',
    "qwen3vl_runs_refused_total 1",
    "qwen3vl_worker_restarts_total 1",
    'qwen3vl_tokens_total{kind="completion"} 30',
    "qwen3vl_queue_wait_seconds_count 2",
    "qwen3vl_first_token_seconds_count 1",
    "qwen3vl_decode_tokens_per_second_count 1",
    "qwen3vl_runs_running 0",
    "qwen3vl_runs_waiting 0",
    "qwen3vl_websockets 1",
    `qwen3vl_media_bytes ${tinyPng().length}`,
    "qwen3vl_engine_ready 1",
  ]) expect(text.split("\n")).toContain(line);
  expect(text).toMatch(/qwen3vl_worker_memory_bytes \d{7,}\n/);
  expect(text).toMatch(/qwen3vl_server_memory_bytes \d{7,}\n/);
  expect(text).toMatch(/qwen3vl_event_loop_lag_p99_seconds [\d.e-]+\n/);
  expect(text).not.toContain("secret");

  expect(entries).toContainEqual(expect.objectContaining({ event: "run", outcome: "eos", completion_tokens: 30 }));
  expect(entries).toContainEqual(expect.objectContaining({ event: "request", method: "POST", route: "/api/media", status: 201 }));
  expect(JSON.stringify([entries, faults])).not.toMatch(/secret|qwen3vl_session|[0-9a-f]{32}/);
});

test("what nobody has a route for makes no metrics of its own", async () => {
  await using server = await TestServer.start();
  for (let index = 0; index < 20; index += 1) await fetch(`${server.origin}/api/${index}`, { method: index % 2 === 0 ? "GET" : "PROPFIND" });
  const text = await (await fetch(`${server.origin}/metrics`)).text();
  expect(text.match(/^qwen3vl_http_requests_total/gm)).toHaveLength(2);
  expect(text).toContain('{method="other",route="none",status="404"} 10');
});

test("a server is ready when its model is", async () => {
  await using server = await TestServer.start({ checkpoint: "slow" });
  const early = await fetch(`${server.origin}/readyz`);
  expect([early.status, await early.json()]).toEqual([503, { status: "loading" }]);
  expect(Number(early.headers.get("retry-after"))).toBeGreaterThan(0);
  await eventually(async () => (await fetch(`${server.origin}/readyz`)).status).toBe(200);
});

test("what is not known is left out", async () => {
  let pid: number | undefined = process.pid;
  using metrics = new Metrics({ load: () => ({ active: 0, queued: 0 }), sockets: () => 0, media: () => ({ bytes: 0 }), ready: () => true, workerPid: () => pid });
  expect(await metrics.text()).toMatch(/^qwen3vl_worker_memory_bytes \d+$/m);
  pid = undefined;
  expect(await metrics.text()).not.toMatch(/^qwen3vl_worker_memory_bytes /m);
});
