import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { fetchReportSchema, httpErrorSchema, type FetchReport } from "./protocol.ts";
import { eventually, TestServer, tinyPng } from "./testing/harness.ts";

/** Another server, whose files are asked for by address. */
let hits = 0;
let open = 0;
const sendHalf = (response: ServerResponse): void => {
  response.writeHead(200, { "Content-Length": "100000" });
  response.write(tinyPng("x".repeat(20_000)));
};
const answers: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  "/picture%20one.png": (_, response) => void response.end(tinyPng()),
  "/hop": (_, response) => void response.writeHead(302, { Location: "/picture%20one.png" }).end(),
  "/page": (_, response) => void response.end("<!doctype html><html></html>"),
  "/huge.png": (_, response) => {
    response.writeHead(200, { "Content-Length": "99999999" }).flushHeaders();
  },
  "/growing.png": (_, response) => void response.end(tinyPng("x".repeat(80_000))),
  "/hanging.png": (_, response) => sendHalf(response),
  "/cut.png": (_, response) => {
    sendHalf(response);
    setTimeout(() => response.destroy(), 50);
  },
};
const other = createServer((request, response) => {
  hits += 1;
  open += 1;
  response.once("close", () => (open -= 1));
  (answers[request.url ?? ""] ?? ((_, reply) => void reply.writeHead(404).end()))(request, response);
});
const address = (path: string): string => `http://127.0.0.1:${(other.address() as AddressInfo).port}${path}`;

let server: TestServer;
beforeAll(async () => {
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  server = await TestServer.start({ privateUrls: true, limits: { imageBytes: 64 * 1024, videoBytes: 1024 * 1024 }, timing: { uploadWindow: 2000 } });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  other.closeAllConnections();
  other.close();
});
beforeEach(() => {
  hits = 0;
});

const ask = (cookie: string, url: string, on = server): Promise<Response> =>
  on.fetch("/api/media/url", cookie, { method: "POST", body: JSON.stringify({ url }), headers: { "Content-Type": "application/json" } });
const refusal = async (response: Response): Promise<{ status: number; code: string }> => ({
  status: response.status,
  code: httpErrorSchema.parse(await response.json()).error.code,
});
const reports = async (response: Response): Promise<FetchReport[]> =>
  (await response.text()).trim().split("\n").map((line) => fetchReportSchema.parse(JSON.parse(line)));

test("a picture is fetched by its address, through a redirect, and belongs to who asked", async () => {
  const cookie = await server.visit();
  for (const path of ["/picture%20one.png", "/hop"]) {
    const lines = await reports(await ask(cookie, address(path)));
    expect(lines[0]?.type).toBe("progress");
    const done = lines.at(-1);
    if (done?.type !== "done") throw new Error(`It ended with ${done?.type}`);
    expect(done.media).toMatchObject({ name: path === "/hop" ? "hop" : "picture one.png", mime: "image/png", bytes: tinyPng().length });
    expect(new Uint8Array(await (await server.fetch(`/api/media/${done.media.id}`, cookie)).arrayBuffer())).toEqual(tinyPng());
    expect((await server.fetch(`/api/media/${done.media.id}`, await server.visit())).status).toBe(404);
    await server.fetch(`/api/media/${done.media.id}`, cookie, { method: "DELETE" });
  }
});

test.each([
  { path: "/missing.png", status: 502, code: "fetch_failed" },
  { path: "/huge.png", status: 413, code: "media_too_large" },
])("$path is refused with $code before anything is written", async ({ path, status, code }) => {
  expect(await refusal(await ask(await server.visit(), address(path)))).toEqual({ status, code });
  expect(await server.storedFiles()).toEqual([]);
});

test.each([
  { path: "/page", code: "image_format" },
  { path: "/growing.png", code: "media_too_large" },
  { path: "/cut.png", code: "fetch_failed" },
  { path: "/hanging.png", code: "fetch_slow" },
])("$path ends with $code and leaves nothing behind", async ({ path, code }) => {
  const last = (await reports(await ask(await server.visit(), address(path)))).at(-1);
  expect(last).toMatchObject({ type: "failed", error: { code } });
  await eventually(() => server.storedFiles()).toEqual([]);
  await eventually(() => open).toBe(0);
});

test("a fetch is stopped by hanging up, and only two run at once", async () => {
  const cookie = await server.visit();
  const stop = new AbortController();
  const pending = [1, 2].map(() =>
    fetch(`${server.origin}/api/media/url`, {
      method: "POST",
      body: JSON.stringify({ url: address("/hanging.png") }),
      headers: { "Content-Type": "application/json", Cookie: cookie, Origin: server.origin },
      signal: stop.signal,
    }),
  );
  await Promise.all(pending);
  expect(await refusal(await ask(cookie, address("/hop")))).toEqual({ status: 429, code: "rate_limited" });
  stop.abort();
  await eventually(() => open).toBe(0);
  await eventually(() => server.storedFiles()).toEqual([]);
  expect((await reports(await ask(cookie, address("/hop")))).at(-1)?.type).toBe("done");
});

test("addresses that are not public are refused without a connection, unless the start says otherwise", async () => {
  await using strict = await TestServer.start();
  const cookie = await strict.visit();
  const { port } = other.address() as AddressInfo;
  for (const url of [address("/hop"), `http://localhost:${port}/hop`]) {
    expect(await refusal(await ask(cookie, url, strict)), url).toEqual({ status: 403, code: "url_not_allowed" });
  }
  expect(hits).toBe(0);
});

test("only a page of ours may ask, with JSON of the right form", async () => {
  const cookie = await server.visit();
  const post = (body: string, headers: Record<string, string>): Promise<Response> => server.fetch("/api/media/url", cookie, { method: "POST", body, headers });
  const json = { "Content-Type": "application/json" };
  expect((await post(JSON.stringify({ url: address("/hop") }), { ...json, Origin: "https://evil.example" })).status).toBe(403);
  expect(await refusal(await post("{}", { "Content-Type": "text/plain" }))).toMatchObject({ status: 415 });
  expect(await refusal(await post("{", json))).toMatchObject({ status: 400, code: "invalid_request" });
  expect(await refusal(await post(JSON.stringify({ url: 5 }), json))).toMatchObject({ status: 400 });
  expect(await refusal(await post(JSON.stringify({ url: "x".repeat(9000) }), json))).toMatchObject({ status: 413 });
  expect((await server.fetch("/api/media/url", cookie)).status).toBe(405);
  expect(hits).toBe(0);
});
