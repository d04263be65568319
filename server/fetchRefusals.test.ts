import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { isGlobalAddress } from "../inference/media/addresses.ts";
import type { Network } from "../inference/media/download.ts";
import { fetchReportSchema, httpErrorSchema } from "./protocol.ts";
import { eventually, TestPage, TestServer, tinyPng } from "./testing/harness.ts";

/** An internet of two hosts: 127.0.0.1 passes for public, 127.0.0.2 is the neighbour that nobody may reach through us. */

const publicAddress = "127.0.0.1";
const privateAddress = "127.0.0.2";
const v4 = (address: string) => ({ address, family: 4 });
let rebound = 0;
const names: Record<string, () => ReturnType<typeof v4>[]> = {
  "good.example": () => [v4(publicAddress)],
  "inner.example": () => [v4(privateAddress)],
  "mixed.example": () => [v4(publicAddress), v4(privateAddress)],
  // Public when it is asked for first, private ever after.
  "rebinding.example": () => [v4(rebound++ === 0 ? publicAddress : privateAddress)],
};
const network: Network = {
  resolve: (host) => Promise.resolve(host).then((name) => names[name]?.() ?? Promise.reject(new Error("ENOTFOUND 10.0.0.53"))),
  isGlobal: (address) => address === publicAddress || isGlobalAddress(address),
};

let innerHits = 0;
let received: IncomingMessage["headers"][] = [];
const endless = (every: number, bytes: number) => (response: ServerResponse): void => {
  response.writeHead(200);
  response.write(tinyPng("x".repeat(1000)));
  const pump = setInterval(() => response.write(Buffer.alloc(bytes)), every);
  response.on("close", () => clearInterval(pump));
};
const redirect = (location: () => string) => (response: ServerResponse): void => void response.writeHead(302, { location: location() }).end();
const answers: Record<string, (response: ServerResponse) => void> = {
  "/a.png": (response) => response.end(tinyPng()),
  "/relative": redirect(() => "b/../a.png"),
  "/to-inner": redirect(() => `http://${privateAddress}:${innerPort}/a.png`),
  "/to-inner-name": redirect(() => `http://inner.example:${innerPort}/a.png`),
  "/to-file": redirect(() => "file:///etc/passwd"),
  "/to-user": redirect(() => `http://a@good.example:${goodPort}/a.png`),
  "/to-closed": redirect(() => "http://good.example:1/a.png"),
  ...Object.fromEntries(Array.from({ length: 26 }, (_, hop) => [`/hop${hop}`, redirect(() => (hop === 0 ? "/a.png" : `/hop${hop - 1}`))])),
  "/endless": endless(1, 100_000),
  "/drip": endless(20, 1),
  // Fast enough, and never done.
  "/steady": endless(20, 400),
  "/false-length": (response) => {
    response.writeHead(200, { "content-length": "5000" });
    response.write(tinyPng());
    setTimeout(() => response.socket?.end(), 20);
  },
  "/silent": () => undefined,
  "/gzip": (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(tinyPng())),
  "/gzip-often": (response) => response.writeHead(200, { "content-encoding": Array.from({ length: 1000 }, () => "gzip").join(", ") }).end(gzipSync(tinyPng())),
};
const good = createServer((request, response) => {
  received.push(request.headers);
  (answers[request.url ?? ""] ?? ((reply: ServerResponse) => reply.writeHead(404).end("192.168.7.7 says no")))(response);
});
const inner = createServer((_, response) => {
  innerHits += 1;
  response.end(tinyPng());
});
let goodPort = 0;
let innerPort = 0;
let server: TestServer;
beforeAll(async () => {
  await Promise.all([new Promise<void>((resolve) => good.listen(0, publicAddress, resolve)), new Promise<void>((resolve) => inner.listen(0, privateAddress, resolve))]);
  goodPort = (good.address() as AddressInfo).port;
  innerPort = (inner.address() as AddressInfo).port;
  server = await TestServer.start({ network, limits: { imageBytes: 1_000_000, videoBytes: 1_000_000 }, timing: { uploadWindow: 400, fetch: 1500, refusal: 150 } });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  for (const host of [good, inner]) {
    host.closeAllConnections();
    host.close();
  }
});
beforeEach(() => {
  innerHits = 0;
  received = [];
});

/** How a request for an address ends: the status, with the code of what was refused. Each comes from a visitor of its own. */
async function outcome(url: string): Promise<{ status: number; code?: string; body?: string }> {
  const response = await server.fetch("/api/media/url", await server.visit(), { method: "POST", body: JSON.stringify({ url }), headers: { "Content-Type": "application/json" } });
  const text = await response.text();
  if (response.status !== 200) return { status: response.status, code: httpErrorSchema.parse(JSON.parse(text)).error.code, body: text };
  const last = fetchReportSchema.parse(JSON.parse(text.trim().split("\n").at(-1) ?? ""));
  return last.type === "failed" ? { status: 200, code: last.error.code, body: text } : { status: 200 };
}
const outcomes = async (urls: readonly string[]) => Object.fromEntries(await Promise.all(urls.map(async (url) => [url, await outcome(url)] as const)));
const all = (urls: readonly string[], status: number, code: string) => Object.fromEntries(urls.map((url) => [url, expect.objectContaining({ status, code }) as unknown]));

test("no range that is not everybody's is reached, and not the server itself, however it is written", async () => {
  const hosts = [
    ...["0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254", privateAddress, "2130706434", "0177.0.0.2", "127.2", "0x7f.2", "①②⑦.0.0.2"],
    ...["[::1]", "[::]", "[::ffff:7f00:2]", "[::ffff:127.0.0.2]", "[::7f00:2]", "[fd12::1]", "[fe80::1]", "[64:ff9b::7f00:2]", "[2002:7f00:2::]", "inner.example", "INNER.example", "mixed.example"],
  ];
  const urls = [...hosts.map((host) => `http://${host}:${innerPort}/a.png`), `http://good.example:${server.port}/api/config`, `http://${publicAddress}:${server.port}/favicon.ico`];
  expect(await outcomes(urls)).toEqual(all(urls, 403, "url_not_allowed"));
  expect(innerHits).toBe(0);
});

test("what two programs could read differently, and every other scheme, is no address", async () => {
  const target = `${privateAddress}:${innerPort}`;
  const urls = [
    ...[`http://${target}\\@example.com/`, `http://good.example\\@${target}/`, `http:\\\\${target}/`, `http://a@${target}/`, `http://a:b@${target}/`, `http://good.example:80@${target}/`],
    ...[`ht\ttp://${target}/`, `http://127.0\n.0.2:${innerPort}/`, `http://${target}/\u0000`, "http://", "http://[::1", "//good.example/a.png"],
    ...["file:///etc/passwd", "ftp://good.example/a.png", "gopher://good.example/", "concat:/etc/passwd", "/etc/passwd", "e2e/a.png", "javascript:1", "data:text/html,x", "blob:http://good.example/1"],
  ];
  expect(await outcomes(urls)).toEqual(all(urls, 400, "url_invalid"));
  expect([innerHits, received.length]).toEqual([0, 0]);
});

test("a name is looked up once, and the address that was checked is dialled under its name", async () => {
  rebound = 0;
  expect(await outcome(`http://rebinding.example:${goodPort}/a.png`)).toEqual({ status: 200 });
  expect([rebound, innerHits]).toEqual([1, 0]);
  expect(received).toEqual([expect.objectContaining({ host: `rebinding.example:${goodPort}`, "accept-encoding": "identity" })]);
  expect(received[0]).not.toHaveProperty("cookie");
});

test("every hop is checked like the first, and there are few", async () => {
  const at = (path: string) => `http://good.example:${goodPort}${path}`;
  expect(await outcomes([at("/relative"), at("/hop4")])).toEqual({ [at("/relative")]: { status: 200 }, [at("/hop4")]: { status: 200 } });
  const refused = ["/to-inner", "/to-inner-name", "/to-file", "/to-user"].map(at);
  expect(await outcomes(refused)).toEqual(all(refused, 403, "url_not_allowed"));
  const failed = ["/hop5", "/hop25", "/to-closed"].map(at);
  expect(await outcomes(failed)).toEqual(all(failed, 502, "fetch_failed"));
  expect(innerHits).toBe(0);
});

test("a body without end, a trickle, a false length and silence end in time and leave nothing", async () => {
  const expected = { "/endless": "media_too_large", "/drip": "fetch_slow", "/steady": "fetch_slow", "/false-length": "fetch_failed" };
  for (const [path, code] of Object.entries(expected)) expect(await outcome(`http://good.example:${goodPort}${path}`), path).toMatchObject({ status: 200, code });
  expect(await outcome(`http://good.example:${goodPort}/silent`)).toMatchObject({ status: 502, code: "fetch_failed" });
  await eventually(() => server.storedFiles()).toHaveLength(2 * 3); // the pictures of the tests before
  await eventually(() => new Promise((resolve) => good.getConnections((_, count) => resolve(count)))).toBe(0);
});

test("nothing is unpacked", async () => {
  const urls = ["/gzip", "/gzip-often"].map((path) => `http://good.example:${goodPort}${path}`);
  expect(await outcomes(urls)).toEqual(all(urls, 502, "fetch_failed"));
});

test("an address within a text is never fetched", async () => {
  await using page = await TestPage.open(server, await server.visit());
  const run = randomUUID();
  page.ask(run, `![](http://good.example:${goodPort}/a.png) <img src="http://${publicAddress}:${goodPort}/a.png">`);
  expect(await page.end(run)).toMatchObject({ type: "finish" });
  expect(received).toEqual([]);
});

test("no route of ours passes on what is elsewhere, or sends there", async () => {
  const cookie = await server.visit();
  const url = `http://good.example:${goodPort}/a.png`;
  for (const path of [`/api/media/url?url=${encodeURIComponent(url)}`, `/api/media/${encodeURIComponent(url)}`, `/api/media/${url}`, `/_next/image?url=${encodeURIComponent(url)}&w=64&q=75`]) {
    const response = await server.fetch(path, cookie);
    expect([404, 405], path).toContain(response.status);
    expect(response.headers.get("location")).toBeNull();
  }
  expect(received).toEqual([]);
});

test("refused hosts cannot be told apart: not by the words, not by the time", async () => {
  const urls = [`http://inner.example:${innerPort}/a.png`, `http://${privateAddress}:${innerPort}/a.png`, `http://${privateAddress}:1/`, "http://10.255.255.1/", "http://no-such.example/"];
  const started = performance.now();
  const replies = await Promise.all(urls.map((url) => outcome(url).then((reply) => ({ ...reply, time: performance.now() - started }))));
  expect(new Set(replies.map(({ body }) => body)).size).toBe(1);
  expect(replies.filter(({ time }) => time < 140)).toEqual([]);
  expect(replies[0]?.body).not.toMatch(/\d+\.\d+\.\d+\.\d+|example|ENOTFOUND/);
  const failures = [`http://good.example:${goodPort}/missing`, "http://good.example:1/"].map(outcome);
  expect(new Set((await Promise.all(failures)).map(({ body }) => body)).size).toBe(1);
});
