import http, { type IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { shareListSchema, shareSummarySchema } from "./protocol.ts";
import { eventually, TestServer } from "../testing/harness.ts";

const tunnelTiming = { opening: 30_000, patience: 30_000, retry: 50, longest: 100, settled: 60_000 };
const standIn = ["node", "--import", "tsx", join(import.meta.dirname, "..", "testing", "tunnelStandIn.ts"), "{url}"].map((word) => JSON.stringify(word)).join(" ");

function start(...flags: string[]): Promise<TestServer> {
  return TestServer.start({ flags: ["--share-command", standIn, ...flags], tunnelTiming });
}

/** The host of the link. */
async function linkOf(server: TestServer): Promise<string> {
  await eventually(() => server.tunnel?.status.state).toBe("open");
  return server.tunnel?.status.state === "open" ? new URL(server.tunnel.status.url).host : "";
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** A request to a port of this machine under another name, as a browser makes it for which that name leads there. */
function ask(port: string | number, host: string, path: string, { method = "GET", headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: unknown } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const json = body === undefined ? {} : { "Content-Type": "application/json" };
    const request = http.request({ host: "127.0.0.1", port, path, method, headers: { Host: host, ...json, ...headers } }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += String(chunk)));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.on("error", reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const visit = (host: string, path: string, options?: Parameters<typeof ask>[3]): Promise<Answer> => ask(host.replace(/.*:/, ""), host, path, options);

function open(host: string, origin: string, cookie: string): WebSocket {
  return new WebSocket(`ws://${host.replace("tunnel.localhost", "127.0.0.1")}/ws`, { origin, headers: { Host: host, Cookie: cookie } });
}

test("the link leads to the page under its own name, sockets included; who has no password stays out", async () => {
  await using server = await start("--auth", "ada:correct horse");
  const host = await linkOf(server);
  expect((await visit(host, "/healthz")).status).toBe(200);
  expect((await visit(host, "/api/config")).status).toBe(401);
  expect((await visit(host, "/", { headers: { Accept: "text/html" } })).headers.location).toBe("/login");

  const logIn = (password: string) => visit(host, "/login", { method: "POST", headers: { Origin: `https://${host}` }, body: { name: "ada", password } });
  expect((await logIn("wrong")).status).toBe(401);
  const inside = await logIn("correct horse");
  expect(inside.status).toBe(204);
  const [header = ""] = inside.headers["set-cookie"] ?? [];
  expect(header).toMatch(/; Secure/);
  const [cookie = ""] = header.split(";", 1);
  expect((await visit(host, "/api/config", { headers: { Cookie: cookie } })).status).toBe(200);
  const addresses = await visit(host, "/api/link", { headers: { Cookie: cookie } });
  expect(JSON.parse(addresses.text)).toEqual({ link: { state: "open", url: `https://${host}` }, network: [] });

  const socket = open(host, `https://${host}`, cookie);
  expect(await new Promise((resolve) => socket.once("message", (data: Buffer) => resolve(JSON.parse(data.toString("utf8")))))).toMatchObject({ type: "status" });
  socket.terminate();
  const foreign = open(host, "https://evil.example", cookie);
  expect(await new Promise((resolve) => foreign.once("unexpected-response", (_, answer) => resolve(answer.statusCode)))).toBe(403);
  foreign.on("error", () => undefined);
  foreign.terminate();
});

test("without users there is one random password, on this machine too, and who comes by it is somebody of their own", async () => {
  await using server = await start();
  const host = await linkOf(server);
  expect((await fetch(`${server.origin}/api/config`)).status).toBe(401);
  const logIn = async (password: string, cookie = "") => {
    const { status, headers } = await visit(host, "/login", { method: "POST", headers: { Cookie: cookie, Origin: `https://${host}` }, body: { password } });
    return { status, cookie: headers["set-cookie"]?.[0]?.split(";", 1)[0] ?? "" };
  };
  expect(await logIn("aaaa-bbbb-cccc-dddd")).toEqual({ status: 401, cookie: "" });
  const [ada, eve] = [await logIn(server.password ?? ""), await logIn(server.password ?? "")];
  const body = { title: "", days: 1, turns: [{ role: "assistant", text: "Hello.", state: { name: "edited" } }] };
  const made = await visit(host, "/api/shares", { method: "POST", headers: { Cookie: ada.cookie, Origin: `https://${host}` }, body });
  expect(made.status).toBe(201);
  const shares = async (cookie: string) => shareListSchema.parse(JSON.parse((await visit(host, "/api/shares", { headers: { Cookie: cookie } })).text)).shares.length;
  expect(await shares(ada.cookie)).toBe(1);
  expect(await shares(eve.cookie)).toBe(0);
  // Logged in again, a visitor has what was theirs.
  expect(await shares((await logIn(server.password ?? "", ada.cookie)).cookie)).toBe(1);
  // The link to a conversation is for everybody who has it; a login is not needed.
  const { id } = shareSummarySchema.parse(JSON.parse(made.text));
  expect((await visit(host, `/api/shares/${id}/conversation`)).status).toBe(200);
});

test("wrong passwords count by the visitor that the tunnel names, whatever the visitor writes, and lock nobody else out", async () => {
  await using server = await start("--auth", "ada:correct horse");
  const host = await linkOf(server);
  const wrong = { method: "POST", body: { name: "ada", password: "wrong" } };
  const statuses: number[] = [];
  for (let count = 0; count < 7; count++) statuses.push((await visit(host, "/login", { ...wrong, headers: { "X-Forwarded-For": `127.0.0.${count}` } })).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
  expect((await ask(server.port, "localhost", "/login", { ...wrong, headers: { "X-Forwarded-For": "203.0.113.7" } })).status).toBe(401);
});

test("an open link is for everybody, and reaches nothing of the private network", async () => {
  await using server = await start("--share-public");
  const host = await linkOf(server);
  expect((await visit(host, "/api/config")).status).toBe(200);
  const url = `http://127.0.0.1:${server.port}/icon.svg`;
  const fetched = await visit(host, "/api/media/url", { method: "POST", body: { url } });
  expect(fetched.status).toBe(403);
});

test("a tunnel that dies is opened again under its new name; the page on this machine goes on", async () => {
  await using server = await start("--share-public");
  const old = await linkOf(server);
  process.kill(server.tunnel?.pid ?? 0, "SIGKILL");
  await eventually(() => server.tunnel?.status.state).not.toBe("open");
  expect((await fetch(`${server.origin}/api/config`)).status).toBe(200);
  expect((await ask(server.port, "elsewhere.example", "/api/config")).status).toBe(403);
  const next = await linkOf(server);
  expect(next).not.toBe(old);
  expect((await visit(next, "/api/config")).status).toBe(200);
});

test("without --share there is no link and nothing is started for one", async () => {
  await using server = await TestServer.start();
  expect(server.tunnel).toBeUndefined();
  const cookie = await server.visit();
  expect(await (await server.fetch("/api/link", cookie)).json()).toEqual({ network: [] });
});

test("switched off, conversations cannot be shared", async () => {
  await using server = await TestServer.start({ flags: ["--no-conversation-sharing"] });
  const cookie = await server.visit();
  expect((await server.fetch("/api/shares", cookie)).status).toBe(404);
  expect((await server.fetch(`/api/shares/${"a".repeat(32)}/conversation`, "")).status).toBe(404);
});
