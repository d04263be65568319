import { randomUUID } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { httpErrorSchema, serverConfigSchema, uploadedMediaSchema } from "../protocol.ts";
import { eventually, TestPage, TestServer, tinyPng } from "../testing/harness.ts";
import { Accounts } from "./accounts.ts";
import { Attempts } from "./attempts.ts";
import { EndedLogins } from "./endedLogins.ts";
import { ownPath } from "./loginRoutes.ts";
import { hashPassword, parseCredential, verify } from "./passwords.ts";
import { installationSecret } from "./secret.ts";
import { Logins } from "./logins.ts";

const apiKey = "sk-test-1234567890";
let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ access: { users: ["ann:right horse", `bob:${await hashPassword("battery")}`], file: undefined, apiKeys: [apiKey] } });
});
afterAll(() => server[Symbol.asyncDispose]());

function logIn(body: Record<string, string>, to = server): Promise<Response> {
  return fetch(`${to.origin}/login`, { method: "POST", redirect: "manual", headers: { "Content-Type": "application/json", Origin: to.origin }, body: JSON.stringify(body) });
}

async function cookieOf(name: string, password: string): Promise<string> {
  const response = await logIn({ name, password });
  expect(response.status).toBe(204);
  return response.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
}

const asPerson = { Accept: "text/html" };
const id = "0".repeat(64);
/** Every route, and the spellings by which they have been reached past a login elsewhere. */
const closed = [
  "/ /en /zh /en.txt /en.rsc /index.html?_rsc=1 /examples/x.png /_next/data/x /metrics",
  "/v1/models /v1/models/x /v1/chat/completions /api/tokens /api/shares /api/addresses",
  `/api/config /api/media /api/media/url /api/media/${id} /api/media/${id}/poster /api/media/${id}/frames/0`,
].flatMap((paths) => paths.split(" "));

test("without a login there is nothing but health, the login and the files of the pages", async () => {
  for (const path of closed) {
    for (const method of ["GET", "HEAD", "POST"]) {
      const response = await fetch(`${server.origin}${path}`, { method, redirect: "manual", headers: { "x-middleware-subrequest": "middleware", ...(method === "POST" && { "Next-Action": "x" }) } });
      expect([path, method, response.status]).toEqual([path, method, expect.toSatisfy((status) => status === 401 || status === 404)]);
      expect(response.headers.get("set-cookie")).toBeNull();
    }
  }
  for (const path of ["//api/config", "/API/config", "/api/%63onfig", "/api//config", "/x/%2e%2e%2fapi/config"]) expect((await fetch(`${server.origin}${path}`)).status).toBe(404);
  await eventually(() => server.health()).toMatchObject({ status: "ok" });
  for (const path of ["/healthz", "/readyz", "/login", "/icon.svg"]) expect([path, (await fetch(`${server.origin}${path}`)).ok]).toEqual([path, true]);
  const refused = await fetch(`${server.origin}/api/config`);
  expect(refused.headers.get("www-authenticate")).toBe("Bearer");
  expect(httpErrorSchema.parse(await refused.json()).error).toMatchObject({ code: "unauthorized", type: "authentication_error" });
});

test("a person is sent to the login and, after it, to where they wanted to go", async () => {
  const sent = await fetch(`${server.origin}/zh?x=1`, { redirect: "manual", headers: asPerson });
  expect([sent.status, sent.headers.get("location")]).toEqual([303, "/login?next=%2Fzh%3Fx%3D1"]);
  const page = await fetch(`${server.origin}/login?next=%2Fzh%3Fx%3D1`);
  expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(await page.text()).toContain('name="next" value="/zh?x=1"');
  const form = new URLSearchParams({ name: "ann", password: "right horse", next: "/zh?x=1" });
  const done = await fetch(`${server.origin}/login`, { method: "POST", redirect: "manual", body: form, headers: { Origin: server.origin } });
  expect([done.status, done.headers.get("location")]).toEqual([303, "/zh?x=1"]);
  expect(done.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^qwen3vl_login=[^;]+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/),
    expect.stringMatching(/^qwen3vl_account=[0-9a-f]{8}; Path=\/; Max-Age=2592000; SameSite=Lax$/),
  ]);
});

test("a wrong password is said on the page, in the reader's language, with what was typed kept and escaped", async () => {
  const form = new URLSearchParams({ name: '"><b>ann', password: "no", next: "//evil.example" });
  const headers = { Origin: server.origin, "Accept-Language": "zh-CN", Cookie: "theme=dark" };
  const page = await fetch(`${server.origin}/login`, { method: "POST", body: form, headers });
  expect(page.status).toBe(401);
  const html = await page.text();
  expect(html).toContain('<html lang="zh-CN" data-theme="dark">');
  expect(html).toContain("用户名或密码不正确。");
  expect(html).toContain('value="&#34;&#62;&#60;b&#62;ann"');
  expect(html).toContain('name="next" value="/"');
});

test("a login of another site's making is refused", async () => {
  const form = new URLSearchParams({ name: "ann", password: "right horse" });
  expect((await fetch(`${server.origin}/login`, { method: "POST", body: form, headers: { Origin: "https://evil.example" } })).status).toBe(403);
});

test("users by password or hash, and programs by key, each see what is theirs alone", async () => {
  const [ann, bob] = [await cookieOf("ann", "right horse"), await cookieOf("bob", "battery")];
  expect(serverConfigSchema.parse(await (await server.fetch("/api/config", ann)).json()).account).toEqual({ name: "ann" });
  const media = uploadedMediaSchema.parse(await (await server.upload(ann, tinyPng("ann"), "ann.png")).json());
  const statusFor = async (headers: Record<string, string>): Promise<number> => (await fetch(`${server.origin}/api/media/${media.id}`, { headers })).status;
  expect(await statusFor({ Cookie: ann })).toBe(200);
  expect(await statusFor({ Cookie: bob })).toBe(404);
  expect(await statusFor({ Authorization: `Bearer ${apiKey}` })).toBe(404);
  expect(await statusFor({ Cookie: ann, Authorization: "Bearer sk-wrong" })).toBe(401);
  expect((await fetch(`${server.origin}/v1/models`, { headers: { Authorization: `Bearer ${apiKey}` } })).status).toBe(200);
  expect((await fetch(`${server.origin}/api/media/${media.id}?key=${apiKey}&api_key=${apiKey}`)).status).toBe(401);
  // The same user in another browser has the same things.
  expect(await statusFor({ Cookie: await cookieOf("ann", "right horse") })).toBe(200);

  await using annsPage = await TestPage.open(server, ann);
  await using bobsPage = await TestPage.open(server, bob);
  const run = randomUUID();
  annsPage.ask(run, "say 20");
  bobsPage.send({ type: "resume", run, after: 0 });
  expect(await bobsPage.until(({ type }) => type === "unknown-run")).toEqual({ type: "unknown-run", run });
  const theft = randomUUID();
  bobsPage.ask(theft, { type: "image", media: media.id }, "what is it?");
  expect(await bobsPage.end(theft)).toMatchObject({ type: "error", error: { code: "media_missing" } });
  await annsPage.end(run);
});

test.each([{ Authorization: "Bearer sk-wrong-key" }, { Authorization: null }])("OpenAI's client without the right key knows what is wrong: %j", async (defaultHeaders) => {
  const client = new OpenAI({ baseURL: `${server.origin}/v1`, apiKey: "unused", defaultHeaders, maxRetries: 0 });
  await expect(client.models.list()).rejects.toMatchObject({ constructor: OpenAI.AuthenticationError, code: "invalid_api_key", type: "invalid_request_error", param: null });
});

test("no socket without a login or a key", async () => {
  const open = (headers: Record<string, string>): Promise<number> =>
    new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, { headers });
      socket.once("unexpected-response", (_, response) => resolve(response.statusCode ?? 0));
      socket.once("open", () => {
        socket.terminate();
        resolve(101);
      });
      socket.on("error", () => undefined);
    });
  expect(await open({ Origin: server.origin })).toBe(401);
  expect(await open({ Origin: server.origin, Cookie: `qwen3vl_session=${"0".repeat(32)}` })).toBe(401);
  expect(await open({ Authorization: `Bearer ${apiKey}` })).toBe(101);
  expect(await open({ Authorization: "Bearer sk-wrong-key" })).toBe(401);
});

test("a logout ends the login everywhere its cookie went, its sockets too", async () => {
  const cookie = await cookieOf("ann", "right horse");
  await using page = await TestPage.open(server, cookie);
  const out = await server.fetch("/logout", cookie, { method: "POST" });
  expect(out.redirected).toBe(true);
  expect((await server.fetch("/api/config", cookie)).status).toBe(401);
  expect(await page.closed).toBe(4401);
});

test("a logout outlives a restart, and is known to another server on the same data", async () => {
  const options = { access: { users: ["ann:right horse"], file: undefined, apiKeys: [] }, dataFolder: await mkdtemp(join(tmpdir(), "demo-logout-")), timing: { sweep: 50 } };
  const restarted = await TestServer.start(options);
  await using other = await TestServer.start(options);
  const cookieFrom = async (): Promise<string> => (await logIn({ name: "ann", password: "right horse" }, other)).headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const [left, kept] = [await cookieFrom(), await cookieFrom()];
  await restarted.fetch("/logout", left, { method: "POST" });
  await restarted.close();
  await using again = await TestServer.start(options);
  const statusOf = async (on: TestServer, cookie: string): Promise<number> => (await on.fetch("/api/config", cookie)).status;
  expect([await statusOf(again, left), await statusOf(again, kept)]).toEqual([401, 200]);
  await eventually(() => statusOf(other, left)).toBe(401);
});

test("logouts are forgotten when the login would be over, and the soonest where there are too many", async () => {
  const folder = await mkdtemp(join(tmpdir(), "demo-logouts-"));
  const login = (expiry: number): string => ["0".repeat(32), expiry, String(expiry).padStart(32, "0"), "signature"].join(".");
  const ended = await EndedLogins.open(folder, 0, 2);
  for (const expiry of [300, 100, 200]) await ended.add(login(expiry));
  expect([100, 200, 300].map((expiry) => ended.has(login(expiry)))).toEqual([false, true, true]);
  await writeFile(join(folder, "of somebody else"), "");
  await ended.sweep(200);
  expect([ended.has(login(200)), ended.has(login(300))]).toEqual([false, true]);
  expect((await readdir(folder)).sort()).toEqual([`300.${"0".repeat(29)}300`, "of somebody else"]);
  await rm(folder, { recursive: true });
  await expect(ended.add(login(400))).rejects.toMatchObject({ code: "ENOENT" });
  expect(ended.has(login(400))).toBe(true);
});

test("a cookie is of no use when its signature, its owner, its time or the password is another", async () => {
  const secret = Buffer.alloc(32, 1);
  const accounts = (users: string[]): Promise<Accounts> => Accounts.load({ users, file: undefined, apiKeys: [] }, secret);
  const [old, changed] = [await accounts(["ann:a", "bob:b"]), await accounts(["ann:other", "bob:b"])];
  const logins = new Logins(old, secret, { lifetime: 1000 });
  const [ann, bob] = [await old.logIn("ann", "a"), await old.logIn("bob", "b")];
  if (ann === undefined || bob === undefined) throw new Error("both exist");
  const text = logins.issue(ann);
  expect(logins.read(text)).toBe(ann);
  expect(logins.read(text.replace(ann.owner, bob.owner))).toBeUndefined();
  expect(logins.read(text.replace(/\.(\d+)\./, ".9999999999999."))).toBeUndefined();
  expect(logins.read(`${text.slice(0, -1)}${text.endsWith("A") ? "E" : "A"}`)).toBeUndefined();
  expect(logins.read(new Logins(old, Buffer.alloc(32, 2), { lifetime: 1000 }).issue(ann))).toBeUndefined();
  expect(new Logins(old, secret, { lifetime: -1 }).read(new Logins(old, secret, { lifetime: -1 }).issue(ann))).toBeUndefined();
  expect(new Logins(changed, secret, { lifetime: 1000 }).read(text)).toBeUndefined();
  for (const nonsense of ["", "a", ".".repeat(100), text.slice(1), `${text}.`]) expect(logins.read(nonsense)).toBeUndefined();
});

test("F15: a login ends in its time, and a clock that is set ends none", async () => {
  const accounts = await Accounts.load({ users: ["ann:a"], file: undefined, apiKeys: [] }, Buffer.alloc(32));
  const ann = await accounts.logIn("ann", "a");
  if (ann === undefined) throw new Error("ann exists");
  let now = 1000;
  const logins = new Logins(accounts, Buffer.alloc(32), { lifetime: 500, now: () => now });
  const text = logins.issue(ann);
  now = 1499;
  expect(logins.read(text)).toBe(ann);
  now = 1500;
  expect(logins.read(text)).toBeUndefined();

  const cookie = await cookieOf("ann", "right horse");
  const { now: dateNow } = Date;
  try {
    for (const hours of [24 * 365, -1]) {
      Date.now = () => dateNow() + hours * 3_600_000;
      expect((await server.fetch("/api/config", cookie)).status).toBe(200);
    }
  } finally {
    Date.now = dateNow;
  }
});

test("five wrong passwords a minute from one address, and then not even the right one", async () => {
  await using other = await TestServer.start({ access: { users: ["ann:a"], file: undefined, apiKeys: [] } });
  const tries = await Promise.all(Array.from({ length: 8 }, () => logIn({ name: "ann", password: "b" }, other)));
  expect(tries.map(({ status }) => status).sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  const refused = await logIn({ name: "ann", password: "a" }, other);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(50);
  expect(httpErrorSchema.parse(await refused.json()).error.code).toBe("rate_limited");
});

test("who guesses keys is told to wait too", async () => {
  await using other = await TestServer.start({ access: { users: [], file: undefined, apiKeys: [apiKey] } });
  const withKey = async (key: string): Promise<number> => (await fetch(`${other.origin}/api/config`, { headers: { Authorization: `Bearer ${key}` } })).status;
  for (let index = 0; index < 60; index += 1) expect([await withKey(`sk-wrong-${index}`), await withKey(index < 59 ? apiKey : "")]).toEqual([401, index < 59 ? 200 : 401]);
  expect(await withKey(apiKey)).toBe(429);
});

test("tries are counted by address, a whole IPv6 network as one, and forgotten after a minute of monotonic time", () => {
  let now = 0;
  const attempts = new Attempts(2, () => now);
  const begin = (address: string): unknown => typeof attempts.begin(address);
  expect([begin("1.1.1.1"), begin("1.1.1.1"), attempts.begin("1.1.1.1"), begin("1.1.1.2")]).toEqual(["function", "function", 60, "function"]);
  expect([begin("2001:db8::1"), begin("2001:db8:0:0:5::2"), attempts.begin("2001:db8::3"), begin("2001:db8:1::1")]).toEqual(["function", "function", 60, "function"]);
  now = 59_000;
  expect(attempts.begin("1.1.1.1")).toBe(1);
  now = 60_001;
  const right = attempts.begin("1.1.1.1");
  if (typeof right === "function") right();
  expect([begin("1.1.1.1"), begin("1.1.1.1"), begin("1.1.1.1")]).toEqual(["function", "function", "number"]);
});

test("with keys alone, the login asks for one", async () => {
  await using keyed = await TestServer.start({ access: { users: [], file: undefined, apiKeys: [apiKey] } });
  expect(await (await fetch(`${keyed.origin}/login`)).text()).not.toContain('name="name"');
  expect((await logIn({ password: "sk-other-key" }, keyed)).status).toBe(401);
  const cookie = (await logIn({ password: apiKey }, keyed)).headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  expect(serverConfigSchema.parse(await (await keyed.fetch("/api/config", cookie)).json()).account).toEqual({ name: null });
  const media = uploadedMediaSchema.parse(await (await keyed.upload(cookie, tinyPng(), "a.png")).json());
  expect((await fetch(`${keyed.origin}/api/media/${media.id}`, { headers: { Authorization: `Bearer ${apiKey}` } })).status).toBe(200);
});

test("where nobody has to log in there is no login", async () => {
  await using open = await TestServer.start();
  expect((await fetch(`${open.origin}/login?next=/zh`, { redirect: "manual" })).headers.get("location")).toBe("/zh");
  expect((await logIn({ name: "a", password: "b" }, open)).status).toBe(404);
  expect((await fetch(`${open.origin}/api/config`, { headers: { Authorization: "Bearer whatever" } })).status).toBe(200);
});

test.each(["//evil.example", "///evil.example", "/////evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "/\t/evil.example", "javascript:alert(1)", "/./%09//evil", "/..//evil.example", "/login?next=/", "evil", "", "/zh\r\nX: y", "/a\\b"])(
  "after the login nobody goes to %j",
  (next) => {
    expect(ownPath(next)).toMatch(/^\/(?:$|[^/\\][\x21-\x7e]*$)/);
    expect(new URL(ownPath(next), "http://own.example").host).toBe("own.example");
  },
);

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "demo-access-"));
  return () => rm(folder, { recursive: true, force: true });
});

test("the installation's secret is random, made once and readable by its owner alone", async () => {
  const both = await Promise.all([installationSecret(folder), installationSecret(folder)]);
  expect(both[0]).toEqual(both[1]);
  expect(both[0]).toHaveLength(32);
  const path = join(folder, "secret");
  await chmod(path, 0o644);
  expect(await installationSecret(folder)).toEqual(both[0]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await writeFile(path, "secret\n");
  await expect(installationSecret(folder)).rejects.toThrow("damaged");
  expect(await installationSecret(join(folder, "other"))).not.toEqual(both[0]);
});

test("hashes fit their password alone, and hold none", async () => {
  const hash = await hashPassword("pässword");
  expect(hash).toMatch(/^scrypt:16384:/);
  expect(await hashPassword("pässword")).not.toBe(hash);
  const credential = parseCredential(hash);
  expect(credential && (await verify(credential, "pässword"))).toBe(true);
  expect(credential && (await verify(credential, "passwort"))).toBe(false);
  expect(parseCredential("scrypt:16384:short")).toBeUndefined();
  expect(parseCredential(hash.replace("16384", "16383"))).toBeUndefined();
});

test.each([
  ["ann", "write user:password"],
  [":x", "write user:password"],
  ["ann:", "no password"],
  ["ann:scrypt:1:x", "broken hash"],
])("a user %j is refused at the start", async (entry, reason) => {
  await expect(Accounts.load({ users: [entry], file: undefined, apiKeys: [] }, Buffer.alloc(32))).rejects.toThrow(reason);
});

test("a file of users has comments, and faults name its line and no password", async () => {
  const file = join(folder, "users");
  await writeFile(file, "# people\n\nann:one:two\r\nbob:three\n");
  const load = (path: string): Promise<Accounts> => Accounts.load({ users: [], file: path, apiKeys: [] }, Buffer.alloc(32));
  expect(await (await load(file)).logIn("ann", "one:two")).toMatchObject({ name: "ann" });
  expect(await (await load(file)).logIn("bob", "three ")).toBeUndefined();
  await writeFile(file, `${await readFile(file, "utf8")}ann:secret\n`);
  await expect(load(file)).rejects.toThrow(/users, line 5: the user ann is there twice/);
  await expect(load(join(folder, "none"))).rejects.toThrow("cannot be read");
  await expect(Accounts.load({ users: [], file: undefined, apiKeys: ["short"] }, Buffer.alloc(32))).rejects.toThrow(/^(?!.*short).*at least 8/);
});
