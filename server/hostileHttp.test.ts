import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { httpErrorSchema, uploadedMediaSchema } from "./protocol.ts";
import { eventually, TestServer, tinyPng } from "./testing/harness.ts";
import { openSockets, rawAnswer, statusOf } from "./testing/raw.ts";

/** Requests that are meant to do harm; the names of the tests begin with the row of the threat table. */

let server: TestServer;
let pid: number | undefined;
beforeAll(async () => {
  server = await TestServer.start();
  pid = server.engine.workerPid;
});
afterAll(() => server[Symbol.asyncDispose]());

/** After whatever was sent, the server is as before. */
afterEach(async () => {
  await eventually(() => server.health()).toEqual({ status: "ok", active: 0, queued: 0 });
  expect(server.engine.workerPid).toBe(pid);
});

const host = (): string => `Host: 127.0.0.1:${server.port}`;
const send = (...lines: string[]): Promise<string> => rawAnswer(server.port, [...lines, "", ""].join("\r\n"));

test.each(["https://evil.example", "null", "http://localhost:1", "http://127.0.0.1.evil.example"])("S1: a page of %s gets no leave to read anything", async (origin) => {
  const cookie = await server.visit();
  for (const path of ["/api/config", "/api/media", "/healthz", "/v1/models"]) {
    for (const method of ["GET", "POST", "OPTIONS"]) {
      const { headers } = await fetch(`${server.origin}${path}`, { method, headers: { Origin: origin, Cookie: cookie, "Access-Control-Request-Method": "POST" } });
      expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  }
});

test("S2: a large form of another site is refused unread, and leaves no file", async () => {
  const length = 500_000_000;
  const answer = await send("POST /api/media HTTP/1.1", host(), "Origin: https://evil.example", "Content-Type: multipart/form-data; boundary=x", `Content-Length: ${length}`);
  expect(statusOf(answer)).toBe(403);
  expect(await server.storedFiles()).toEqual([]);
});

test("S10: every answer, errors and refusals of raw sockets too, keeps others from framing and guessing", async () => {
  const answers = [await send("GET /api/nothing HTTP/1.1", host(), "Connection: close"), await send("GET /ws HTTP/1.1", host(), "Connection: Upgrade", "Upgrade: websocket", "Origin: null")];
  for (const answer of answers) expect(answer.toLowerCase()).toMatch(/x-content-type-options: nosniff[^]*referrer-policy: no-referrer[^]*cross-origin-opener-policy: same-origin/);
  for (const path of ["/healthz", "/api/config", "/api/nothing", "/metrics"]) expect((await fetch(`${server.origin}${path}`)).headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
});

test("P10: headers that are no plain ones are ignored, or too many of them refused", async () => {
  expect(statusOf(await send("GET /healthz HTTP/1.1", host(), "__proto__: x", "constructor: y", "Connection: close"))).toBe(200);
  expect(statusOf(await send("GET /healthz HTTP/1.1", host(), `X-Long: ${"x".repeat(65_536)}`))).toBe(431);
  expect([200, 431]).toContain(statusOf(await send("GET /healthz HTTP/1.1", host(), ...Array.from({ length: 3000 }, (_, index) => `X-${index}: y`), "Connection: close")));
});

test.each([
  ["a negative length", "Content-Length: -1", 400],
  ["two lengths", "Content-Length: 5\r\nContent-Length: 6", 400],
  ["a length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked", 400],
  ["a length without end", "Content-Length: 99999999999999999999999", 400],
  ["a length over the limit", "Content-Length: 999999999999", 413],
  ["a compressed body", "Content-Encoding: gzip\r\nContent-Length: 5", 415],
  ["a body compressed for its way", "Transfer-Encoding: gzip, chunked", 415],
  ["an expectation that we know", "Expect: 100-continue\r\nContent-Length: 999999999999", 413],
  ["an expectation that we don't", "Expect: something-else\r\nConnection: close", 417],
])("P11: %s", async (_, headers, status) => {
  const answer = await send("POST /api/media/url HTTP/1.1", host(), "Content-Type: application/json", headers);
  expect(statusOf(answer.replace(/^HTTP\/1\.1 100 [^]*?\r\n\r\n/, ""))).toBe(status);
});

test("P11: chunks without end are taken up to the limit", async () => {
  const socket = connect(server.port, "127.0.0.1");
  socket.on("error", () => undefined);
  let answer = "";
  socket.on("data", (data) => (answer += data.toString("latin1")));
  socket.write(`POST /api/media/url HTTP/1.1\r\n${host()}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`);
  const chunk = `400\r\n${" ".repeat(1024)}\r\n`;
  const flood = setInterval(() => void socket.write(chunk), 1);
  await eventually(() => statusOf(answer)).toBe(413);
  clearInterval(flood);
  socket.destroy();
});

test("P11: 10 MB of zeros, compressed, are refused before they are any more", async () => {
  const body = gzipSync(Buffer.alloc(10_000_000));
  const response = await server.fetch("/api/media/url", await server.visit(), { method: "POST", body, headers: { "Content-Type": "application/json", "Content-Encoding": "gzip" } });
  expect(response.status).toBe(415);
});

test("P13: uploads that are dropped half-way leave neither files nor descriptors", async () => {
  const cookie = await server.visit();
  const before = (await readdir("/proc/self/fd")).length;
  const head = [`POST /api/media HTTP/1.1`, host(), `Origin: ${server.origin}`, `Cookie: ${cookie}`, "Content-Type: multipart/form-data; boundary=x", "Content-Length: 100000"];
  const part = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n';
  for (let round = 0; round < 10; round += 1) {
    const sockets = await openSockets(server.port, 50, `${head.join("\r\n")}\r\n\r\n${part}${"x".repeat(50_000)}`);
    for (const [index, socket] of sockets.entries()) {
      if (index % 2 === 0) socket.resetAndDestroy();
      else socket.destroy();
    }
  }
  await eventually(() => server.storedFiles()).toEqual([]);
  await eventually(async () => (await readdir("/proc/self/fd")).length).toBeLessThanOrEqual(before + 5);
});

test("P15: another session's upload, or a path of the server, is nothing that can be named", async () => {
  const [owner, stranger] = [await server.visit(), await server.visit()];
  const { id } = uploadedMediaSchema.parse(await (await server.upload(owner, tinyPng("P15"), "a.png")).json());
  const unknown = await (await server.fetch(`/api/media/${"0".repeat(64)}`, stranger)).text();
  for (const path of [`/api/media/${id}`, `/api/media/${id}/poster`, `/api/media/${id}/frames/0`]) {
    const response = await server.fetch(path, stranger);
    expect([response.status, await response.text()]).toEqual([404, unknown]);
  }
  const removed = await server.fetch(`/api/media/${id}`, stranger, { method: "DELETE" });
  expect([removed.status, await removed.text()]).toEqual([404, unknown]);
  expect((await server.fetch(`/api/media/${id}`, owner)).status).toBe(200);
  const form = new FormData();
  form.append("file", "/etc/passwd");
  expect((await server.fetch("/api/media", stranger, { method: "POST", body: form })).status).toBe(400);
});

test("R1: connections that say nothing, or hardly anything, of one address give way to those that ask", async () => {
  await using slow = await TestServer.start({ limits: { connectionsPerAddress: 8 } });
  const begun = `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${slow.port}\r\nX-`;
  const sockets = [...(await openSockets(slow.port, 100)), ...(await openSockets(slow.port, 100, begun))];
  for (const socket of sockets) socket.resume();
  expect((await fetch(`${slow.origin}/healthz`)).status).toBe(200);
  await eventually(() => sockets.filter(({ readyState }) => readyState === "open").length).toBeLessThanOrEqual(8);
  for (const socket of sockets) socket.destroy();
});

test("R1: where all connections of an address are busy, another is refused, and let in when one is over", async () => {
  await using busy = await TestServer.start({ limits: { connectionsPerAddress: 4 } });
  const cookie = await busy.visit();
  const head = ["POST /api/media HTTP/1.1", `Host: 127.0.0.1:${busy.port}`, `Origin: ${busy.origin}`, `Cookie: ${cookie}`, "Content-Type: multipart/form-data; boundary=x", "Content-Length: 100000", "", ""];
  const uploads = await openSockets(busy.port, 4, head.join("\r\n"));
  const ask = (): Promise<string> => rawAnswer(busy.port, `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${busy.port}\r\nConnection: close\r\n\r\n`);
  await eventually(() => busy.storedFiles()).toHaveLength(4);
  const refused = await ask();
  expect(statusOf(refused)).toBe(429);
  expect(refused).toMatch(/^Retry-After: \d+\r$/m);
  expect(httpErrorSchema.parse(JSON.parse(refused.split("\r\n\r\n")[1] ?? "")).error.code).toBe("rate_limited");
  for (const socket of uploads) socket.destroy();
  await eventually(async () => statusOf(await ask())).toBe(200);
});

test("R1: headers that do not end are answered with 408, and who says nothing is let go", async () => {
  await using strict = await TestServer.start({ timing: { headers: 200 } });
  expect(statusOf(await rawAnswer(strict.port, "GET / HTTP/1.1\r\nX-Slow: "))).toBe(408);
  const [silent] = await openSockets(strict.port, 1);
  await new Promise((resolve) => silent?.resume().once("close", resolve));
});

test("R6: what Next.js offers besides pages is not there", async () => {
  const cookie = await server.visit();
  const post = async (headers: Record<string, string>): Promise<number> => (await server.fetch("/", cookie, { method: "POST", headers, body: "[]" })).status;
  expect(await post({ "Next-Action": "0".repeat(40) })).toBe(404);
  expect(await post({ "Content-Type": "text/x-component" })).toBe(405);
  for (const path of ["/_next/image?url=/icon.svg&w=64&q=75", "/_next/image/", "/_next/", "/_next/data/x/en.json"]) expect((await server.fetch(path, cookie)).status).toBe(404);
});

test("F17: a thousand connections that are reset in the middle end nothing but themselves", async () => {
  const following = fetch(`${server.origin}/api/config`);
  for (let round = 0; round < 20; round += 1) {
    const sockets = await openSockets(server.port, 50, `GET /api/config HTTP/1.1\r\n${host()}\r\n\r\n`);
    for (const socket of sockets) socket.resetAndDestroy();
  }
  expect((await following).status).toBe(200);
});

test("P16: what is sent to us in names and headers is never a line of the log of its own", async () => {
  const lines: string[] = [];
  const log = { info: (text: string) => void lines.push(text), event: (event: string, fields: object) => void lines.push(JSON.stringify({ event, ...fields })), fault: () => undefined };
  await using logged = await TestServer.start({ log });
  const cookie = await logged.visit();
  const name = '\\n{"level":"info"}\u001b[31m canary.png';
  await logged.upload(cookie, tinyPng(), name);
  await logged.fetch("/api/canary", cookie, { method: "PROPFIND", headers: { "User-Agent": "canary", Authorization: "Bearer canary-key" } });
  await eventually(() => lines.length).toBeGreaterThan(2);
  for (const line of lines) {
    expect(line).not.toMatch(/canary|\p{Cc}/u);
    expect(z.object({ event: z.string() }).safeParse(JSON.parse(line)).success).toBe(true);
  }
});
