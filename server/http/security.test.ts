import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { OriginPolicy } from "./security.ts";

/** Only the headers are looked at. */
function request(headers: Record<string, string>): Pick<IncomingMessage, "headers"> {
  return { headers };
}

const local = new OriginPolicy("127.0.0.1", ["demo.example"]);
const open = new OriginPolicy("0.0.0.0", []);

test.each([
  ["localhost:7860", true],
  ["127.0.0.1", true],
  ["[::1]:7860", true],
  ["Demo.Example:80", true],
  ["attacker.tld", false],
  ["localhost.attacker.tld", false],
  ["192.168.0.7:7860", false],
  ["localhost:7860@attacker.tld", false],
  ["", false],
])("host %j is ours: %s", (host, allowed) => {
  expect(local.allowsHost(request({ host }))).toBe(allowed);
});

test("a public link's name is ours while it is open; those that always are stay", () => {
  const policy = new OriginPolicy("127.0.0.1", ["demo.example"]);
  for (const name of ["A-b.Tunnel.example", "demo.example", "localhost"]) policy.addHost(name);
  expect(policy.allowsHost(request({ host: "a-b.tunnel.example" }))).toBe(true);
  for (const name of ["a-b.tunnel.example", "demo.example", "localhost"]) policy.removeHost(name);
  expect(policy.allowsHost(request({ host: "a-b.tunnel.example" }))).toBe(false);
  expect(policy.allowsHost(request({ host: "demo.example" }))).toBe(true);
  expect(policy.allowsHost(request({ host: "localhost:7860" }))).toBe(true);
});

test("a server for the whole network is reached by any address, but not by any name", () => {
  expect(open.allowsHost(request({ host: "192.168.0.7:7860" }))).toBe(true);
  expect(open.allowsHost(request({ host: "[fd00::1]:7860" }))).toBe(true);
  expect(open.allowsHost(request({ host: "attacker.tld:7860" }))).toBe(false);
});

test.each([
  [{ origin: "http://localhost:7860" }, true],
  [{ origin: "http://localhost:7860", cookie: "a=b" }, true],
  [{}, true],
  [{ cookie: "a=b" }, false],
  [{ cookie: "a=b", "sec-fetch-site": "same-origin" }, true],
  [{ origin: "https://evil.example" }, false],
  [{ origin: "http://localhost:3000" }, false],
  [{ origin: "null" }, false],
  [{ origin: "http://localhost:7860", "sec-fetch-site": "cross-site" }, false],
  [{ "sec-fetch-site": "same-site" }, false],
])("%j may change something: %s", (headers, allowed) => {
  expect(local.allowsOrigin(request({ host: "localhost:7860", ...headers }))).toBe(allowed);
});
