import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Access } from "../access/access.ts";
import { silentLog } from "../log.ts";
import { Metrics } from "../metrics/metrics.ts";
import { Monitor } from "../metrics/monitor.ts";
import { toApiReply } from "../openai/fault.ts";
import { Peers } from "./peers.ts";
import { sendJson } from "./reply.ts";
import { Router } from "./router.ts";
import { route, RouteTable } from "./routes.ts";
import { OriginPolicy } from "./security.ts";

const invited = "https://app.example";
const key = "sk-1234567890";
let folder = "";
let server: Server;
let origin = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "demo-cors-"));
  const access = await Access.open({ config: { users: [], file: undefined, apiKeys: [key] }, dataFolder: folder, peers: new Peers(), log: silentLog });
  const answer = route("/v1/things", {}, { GET: ({ response }) => sendJson(response, 200, {}), POST: ({ response }) => sendJson(response, 200, {}) });
  const page = route("/*", {}, { GET: ({ response }) => sendJson(response, 200, {}), POST: ({ response }) => sendJson(response, 200, {}) });
  using metrics = new Metrics({ load: () => ({ active: 0, queued: 0 }), sockets: () => 0, media: () => ({ bytes: 0 }), ready: () => true, workerPid: () => undefined });
  const router = new Router({
    routes: new RouteTable([answer], page),
    access,
    origins: new OriginPolicy("127.0.0.1", []),
    corsOrigins: [invited],
    apiReply: toApiReply,
    log: silentLog,
    monitor: new Monitor(metrics, silentLog),
  });
  server = createServer((request, response) => void router.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const ask = (method: string, path: string, headers: Record<string, string>): Promise<Response> => fetch(`${origin}${path}`, { method, headers: { Origin: invited, ...headers } });

test("a page that was named may use the API with a key, and is told so beforehand", async () => {
  const before = await ask("OPTIONS", "/v1/things", { "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization" });
  expect(before.status).toBe(204);
  expect(Object.fromEntries(before.headers)).toMatchObject({ "access-control-allow-origin": invited, "access-control-allow-headers": "Authorization, Content-Type", vary: "Origin" });
  const after = await ask("POST", "/v1/things", { Authorization: `Bearer ${key}`, "Sec-Fetch-Site": "cross-site" });
  expect([after.status, after.headers.get("access-control-allow-origin"), after.headers.get("access-control-allow-credentials")]).toEqual([200, invited, null]);
  const refused = await ask("POST", "/v1/things", {});
  expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([401, invited]);
});

test.each([
  ["another page", "/v1/things", { Origin: "https://app.example.evil" }],
  ["no page", "/v1/things", { Origin: "null" }],
  ["a cookie", "/v1/things", { Cookie: "a=b" }],
  ["another address", "/other", {}],
])("%s gets no leave", async (_, path, headers) => {
  const before = await ask("OPTIONS", path, { "Access-Control-Request-Method": "POST", ...headers });
  expect([before.ok, before.headers.get("access-control-allow-origin")]).toEqual([false, null]);
  const after = await ask("POST", path, headers);
  expect([after.status, after.headers.get("access-control-allow-origin")]).toEqual([403, null]);
});
