import { randomUUID } from "node:crypto";
import { connect, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { eventually, TestPage, TestServer } from "./testing/harness.ts";
import { clientFrame, rawAnswer, statusOf } from "./testing/raw.ts";

/** WebSockets that are meant to do harm; the names of the tests begin with the row of the threat table. */

let server: TestServer;
let pid: number | undefined;
beforeAll(async () => {
  server = await TestServer.start({ timing: { message: 300 } });
  pid = server.engine.workerPid;
});
afterAll(() => server[Symbol.asyncDispose]());
afterEach(async () => {
  await eventually(() => server.health()).toEqual({ status: "ok", active: 0, queued: 0 });
  expect(server.engine.workerPid).toBe(pid);
});

const handshake = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];

function upgrade(target: string, ...headers: string[]): Promise<string> {
  const own = headers.some((header) => header.startsWith("Host:")) ? [] : [`Host: 127.0.0.1:${server.port}`];
  return rawAnswer(server.port, [`GET ${target} HTTP/1.1`, ...own, ...handshake, ...headers, "", ""].join("\r\n"), 3000);
}

test("W1: only our own page may open a socket", async () => {
  const cookie = `Cookie: ${await server.visit()}`;
  for (const headers of [["Origin: https://evil"], ["Origin: https://evil", cookie], ["Origin: null"], ["Origin: null", cookie], [cookie], [`Origin: http://127.0.0.1:${server.port}.evil`]]) {
    expect([headers, statusOf(await upgrade("/ws", ...headers))]).toEqual([headers, 403]);
  }
});

test.each(["http://169.254.169.254/", "http://169.254.169.254/ws", "//169.254.169.254/ws", "/ws/", "/ws?x=1", "/WS", "/%77s", "/api/config", "/", "*", "/_next/webpack-hmr"])("W2: nothing is upgraded at %s", async (target) => {
  expect([400, 404]).toContain(statusOf(await upgrade(target, `Origin: ${server.origin}`)));
});

test("W3: too many or too long headers, and impossible protocols, open nothing", async () => {
  const origin = `Origin: ${server.origin}`;
  expect(statusOf(await upgrade("/ws", origin, ...Array.from({ length: 3000 }, (_, index) => `X-${index}: ${"y".repeat(8)}`)))).toBe(431);
  expect(statusOf(await upgrade("/ws", origin, `Sec-WebSocket-Protocol: ${"a,".repeat(20_000)}`))).toBe(431);
  expect(statusOf(await upgrade("/ws", origin, `Sec-WebSocket-Protocol: ${"a,".repeat(1000)}`))).toBe(400);
  expect(statusOf(await upgrade("/ws", origin, "Sec-WebSocket-Version: 99"))).toBe(400);
});

/** A socket after its handshake, for frames that no library would send. */
async function opened(): Promise<{ socket: Socket; closed: Promise<number> }> {
  const cookie = await server.visit();
  const socket = connect(server.port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(["GET /ws HTTP/1.1", `Host: 127.0.0.1:${server.port}`, ...handshake, `Origin: ${server.origin}`, `Cookie: ${cookie}`, "", ""].join("\r\n"));
  const seen: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => seen.push(chunk));
  // The code of the close frame that the server sends last.
  const closed = new Promise<number>((resolve) => {
    socket.once("close", () => {
      const bytes = Buffer.concat(seen);
      const place = bytes.lastIndexOf(0x88);
      resolve(place < 0 ? 0 : bytes.readUInt16BE(place + 2));
    });
  });
  await eventually(() => Buffer.concat(seen).toString("latin1")).toContain("101 Switching");
  return { socket, closed };
}

test.each([
  ["a compressed frame, which was not agreed on", clientFrame(0xc1, "x"), 1002],
  ["an unmasked frame", Buffer.from([0x81, 1, 0x78]), 1002],
  ["bad UTF-8", clientFrame(0x81, Buffer.from([0xc3, 0x28])), 1007],
  ["an unknown kind of frame", clientFrame(0x83, "x"), 1002],
  ["a part without a beginning", clientFrame(0x80, "x"), 1002],
  ["a ping in parts", clientFrame(0x09, "x"), 1002],
  ["a ping that is too long", clientFrame(0x89, "x".repeat(126)), 1002],
  ["a message of many gigabytes", Buffer.from([0x81, 0xff, 0, 0, 0x0f, 0xff, 0xff, 0xff, 0xff, 0xff]), 1009],
  ["a close with an impossible code", clientFrame(0x88, Buffer.from([0, 1])), 1002],
])("W5: %s closes its socket", async (_, bytes, code) => {
  const { socket, closed } = await opened();
  socket.write(bytes);
  expect(await closed).toBe(code);
});

test("W5: what is no message is answered with an error, and the socket stays", async () => {
  await using page = await TestPage.open(server, await server.visit());
  const run = randomUUID();
  const bad: unknown[] = [{ type: "nonsense" }, { type: "stop" }, { type: "stop", run: 1 }, [], null, 1, "x", { type: "generate", run }, { type: "resume", run, after: -1 }];
  for (const message of bad) page.socket.send(JSON.stringify(message));
  page.socket.send(Buffer.from([1, 2, 3]));
  page.send({ type: "stop", run }); // before its start
  await eventually(() => page.messages.filter(({ type }) => type === "refused")).toHaveLength(bad.length + 1);
  await page.until(({ type }) => type === "unknown-run");
  page.ask(run, "say 3");
  page.ask(run, "say 3"); // twice
  expect(await page.end(run)).toMatchObject({ reason: "eos" });
  await eventually(() => page.messages.filter(({ type }) => type === "refused")).toHaveLength(bad.length + 2);
});

test("W4: a message in crumbs is ended by their number", async () => {
  const { socket, closed } = await opened();
  socket.write(clientFrame(0x01, "x"));
  const crumbs = Buffer.concat(Array.from({ length: 1000 }, () => clientFrame(0x00, "x")));
  for (let index = 0; index < 100 && socket.writable; index += 1) socket.write(crumbs);
  expect(await closed).toBe(1008);
});

test("W4: a message that is not finished in its time ends its socket, pings or no", async () => {
  const { socket, closed } = await opened();
  socket.write(clientFrame(0x01, "{"));
  const pings = setInterval(() => void socket.write(clientFrame(0x89, "")), 50);
  expect(await closed).toBe(1008);
  clearInterval(pings);
});

test("W4: a message on a slow line is taken, and pings alone are no message", async () => {
  const { socket } = await opened();
  const message = clientFrame(0x81, JSON.stringify({ type: "stop", run: randomUUID() }));
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
  for (const byte of message.subarray(0, 8)) socket.write(Buffer.from([byte]));
  socket.write(message.subarray(8));
  const pings = setInterval(() => void socket.write(clientFrame(0x89, "")), 50);
  await eventually(() => answer).toContain("unknown-run");
  await new Promise((resolve) => setTimeout(resolve, 700)); // twice the limit
  clearInterval(pings);
  expect(socket.readyState).toBe("open");
  socket.destroy();
});

test("W7: no address fills the server with sockets, and no session", async () => {
  await using small = await TestServer.start({ limits: { socketsPerSession: 8, socketsPerAddress: 20 } });
  const open = async (count: number, cookie?: string): Promise<number> => {
    const pages = await Promise.allSettled(Array.from({ length: count }, async () => TestPage.open(small, cookie ?? (await small.visit()))));
    return pages.filter(({ status }) => status === "fulfilled").length;
  };
  expect(await open(30, await small.visit())).toBe(8);
  expect(await open(30)).toBe(12);
});
