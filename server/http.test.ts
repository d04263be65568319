import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { httpErrorSchema, serverConfigSchema } from "./protocol.ts";
import { eventually, TestServer } from "./testing/harness.ts";

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

/** fetch() does not let a test choose Host. */
function status(headers: Record<string, string>, path = "/api/config", method = "GET"): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port: server.port, host: "127.0.0.1", path, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on("error", reject).end();
  });
}

/** What comes back for bytes that no client library would send. */
function raw(text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.on("data", (data) => (answer += data.toString()));
    socket.on("close", () => resolve(answer));
    socket.on("error", () => undefined);
  });
}

test("health, configuration and pages", async () => {
  await eventually(() => server.health()).toEqual({ status: "ok", active: 0, queued: 0 });
  const config = serverConfigSchema.parse(await (await fetch(`${server.origin}/api/config`)).json());
  expect(config).toMatchObject({ status: { state: "ready", info: { name: "fake" } }, limits: { mediaPerRequest: 256 } });
  expect(await (await fetch(`${server.origin}/`)).text()).toBe("the page");
});

test("a first visit gets a session that scripts cannot read", async () => {
  const cookie = (await fetch(`${server.origin}/`)).headers.get("set-cookie");
  expect(cookie).toMatch(/^qwen3vl_session=[0-9a-f]{32}; .*HttpOnly; SameSite=Lax$/);
  expect((await server.fetch("/", cookie?.split(";")[0] ?? "")).headers.get("set-cookie")).toBeNull();
});

test.each([
  ["/api/nothing", "GET", 404, "not_found"],
  ["/api/media/..%2f..%2fetc%2fpasswd", "GET", 404, "not_found"],
  [`/api/media/${"0".repeat(64)}`, "GET", 404, "not_found"],
  ["/_next/image?url=http://169.254.169.254/", "GET", 404, "not_found"],
  ["/api/media", "GET", 405, "method_not_allowed"],
  ["/api/config", "POST", 405, "method_not_allowed"],
  ["/", "POST", 405, "method_not_allowed"],
])("%s %s is %i %s", async (path, method, expected, code) => {
  const response = await server.fetch(path, await server.visit(), { method });
  expect(response.status).toBe(expected);
  expect(httpErrorSchema.parse(await response.json()).error.code).toBe(code);
});

test("every answer carries the security headers, errors too", async () => {
  for (const path of ["/", "/healthz", "/api/config", "/api/nothing"]) {
    const { headers } = await fetch(`${server.origin}${path}`);
    expect(Object.fromEntries(headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
    });
    expect(headers.get("access-control-allow-origin")).toBeNull();
  }
});

test("foreign hosts and foreign origins are refused", async () => {
  expect(await status({ Host: "attacker.tld" })).toBe(403);
  expect(await status({ Host: "attacker.tld" }, "/healthz")).toBe(403);
  expect(await status({ Host: `localhost:${server.port}` })).toBe(200);
  expect(await status({ Origin: "https://evil.example" }, "/api/media", "POST")).toBe(403);
  expect(await status({ Cookie: `qwen3vl_session=${"0".repeat(32)}` }, "/api/media", "POST")).toBe(403);
});

const handshake = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];

function upgrade(target: string, ...headers: string[]): Promise<string> {
  return raw([`GET ${target} HTTP/1.1`, ...handshake, ...headers, "", ""].join("\r\n"));
}

test("only our own page may open a socket, and only at /ws", async () => {
  const host = `Host: 127.0.0.1:${server.port}`;
  expect(await upgrade("/ws", host, "Origin: https://evil.example")).toMatch(/^HTTP\/1.1 403 /);
  expect(await upgrade("/ws", host, "Origin: null")).toMatch(/^HTTP\/1.1 403 /);
  expect(await upgrade("/ws", host, `Cookie: qwen3vl_session=${"0".repeat(32)}`)).toMatch(/^HTTP\/1.1 403 /);
  expect(await upgrade("/ws", "Host: attacker.tld", "Origin: http://attacker.tld")).toMatch(/^HTTP\/1.1 403 /);
  expect(await upgrade("/_next/webpack-hmr", host, `Origin: ${server.origin}`)).toMatch(/^HTTP\/1.1 404 /);
  expect(await upgrade("http://169.254.169.254/ws", host)).toMatch(/^HTTP\/1.1 404 /);
  expect(await upgrade("/ws", host, `X-Large: ${"x".repeat(20_000)}`)).toMatch(/^HTTP\/1.1 431 /);
});

test("nonsense and broken connections end nothing but themselves", async () => {
  expect(await raw("NONSENSE\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
  for (let index = 0; index < 50; index += 1) {
    const socket = connect(server.port, "127.0.0.1", () => {
      socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      socket.resetAndDestroy();
    });
    socket.on("error", () => undefined);
  }
  expect((await fetch(`${server.origin}/healthz`)).status).toBe(200);
});
