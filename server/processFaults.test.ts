import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { eventually } from "./testing/harness.ts";
import { ServerProcess } from "./testing/serverProcess.ts";

/** What the system may do to the whole server. */

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "process-faults-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function cookieOf(server: ServerProcess): Promise<string> {
  const response = await fetch(`${server.origin}/api/config`);
  return response.headers.getSetCookie().map((cookie) => cookie.split(";", 1)[0]).join("; ");
}

/** A PNG by its first bytes, which is all that the fake worker asks for. */
function picture(bytes: number): FormData {
  const content = new Uint8Array(bytes);
  content.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const form = new FormData();
  form.append("file", new Blob([content]), "picture.png");
  return form;
}

async function upload(server: ServerProcess, cookie: string, bytes: number): Promise<{ status: number; code: unknown }> {
  const response = await fetch(`${server.origin}/api/media`, { method: "POST", body: picture(bytes), headers: { cookie, origin: server.origin } });
  const body: unknown = await response.json();
  const [, code] = /"code":"(\w+)"/.exec(JSON.stringify(body)) ?? [];
  return { status: response.status, code };
}

/** Asks the fake worker and leaves the answer running. */
async function begin(server: ServerProcess, text: string): Promise<WebSocket> {
  const socket = new WebSocket(`${server.origin.replace("http", "ws")}/ws`, { origin: server.origin, headers: { cookie: await cookieOf(server) } });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const settings = { sampling: {}, stop: [], add_vision_id: false };
  socket.send(JSON.stringify({ type: "generate", run: randomUUID(), messages: [{ role: "user", content: [{ type: "text", text }] }], settings }));
  await new Promise<void>((resolve) => socket.on("message", (data: Buffer) => { if (data.includes('"type":"text"')) resolve(); }));
  return socket;
}

/** A user's own mounts: a file system of 8 MiB in the place of the data folder. */
const inSmallRoom = (data: string) => ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", 'mount -t tmpfs -o size=8m tmpfs "$0" && exec "$@"', data] as const;
const [unshare, ...unshareArgs] = inSmallRoom(tmpdir());

describe.runIf(spawnSync(unshare, [...unshareArgs, "true"]).status === 0)("a full disk", () => {
  test("an upload that does not fit is refused and leaves nothing; smaller ones and text go on", async () => {
    await using server = await ServerProcess.start({ dataFolder: folder, within: inSmallRoom(folder) });
    const cookie = await cookieOf(server);
    expect(await upload(server, cookie, 12 << 20)).toEqual({ status: 503, code: "disk_full" });
    expect(await upload(server, cookie, 5 << 20)).toMatchObject({ status: 201 });
    (await begin(server, "say 2")).terminate();
  });
});

test("a restart in the middle of an upload: the sender sees its connection end, and the next start sweeps up", async () => {
  await using server = await ServerProcess.start({ dataFolder: folder });
  const cookie = await cookieOf(server);
  const socket = connect(server.port, "127.0.0.1");
  const ended = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => undefined);
  const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n';
  socket.write(`POST /api/media HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${server.origin}\r\nCookie: ${cookie}\r\n`);
  socket.write(`Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n${head}${"\x89PNG\r\n\x1a\n".padEnd(50_000, "x")}`, "latin1");
  const partial = async () => (await readdir(folder, { recursive: true })).filter((name) => name.includes('part'));
  await eventually(partial).toHaveLength(1);
  server.child.kill("SIGTERM");
  expect(await server.exit).toBe(0);
  await ended;
  await using again = await ServerProcess.start({ dataFolder: folder });
  await eventually(partial).toHaveLength(0);
  expect(await upload(again, cookie, 1000)).toMatchObject({ status: 201 });
});

test("a second signal ends it at once, and the worker with it", async () => {
  await using server = await ServerProcess.start({ dataFolder: folder });
  const page = await begin(server, "say 1000000");
  server.child.kill("SIGTERM");
  await eventually(() => server.output).toContain("Ending");
  expect(server.running).toBe(true);
  server.child.kill("SIGTERM");
  expect(await server.exit).toBe(1);
  page.terminate();
});

/** Opens connections that send nothing. */
function hold(count: number, port: number): Socket[] {
  return Array.from({ length: count }, () => connect(port, "127.0.0.1").on("error", () => undefined));
}

test("few file descriptors: connections that are too many are closed, while answers and health checks go on", async () => {
  await using server = await ServerProcess.start({ dataFolder: folder, within: ["sh", "-c", 'ulimit -n 80; exec "$@"', "sh"] });
  const page = await begin(server, "say 1000000");
  const health = async () => (await fetch(`${server.origin}/healthz`)).status; // by a connection that is kept
  expect(await health()).toBe(200);
  const held = hold(200, server.port);
  await Promise.race(held.map((socket) => new Promise((resolve) => socket.once("close", resolve))));
  expect(await health()).toBe(200);
  await new Promise((resolve) => page.once("message", resolve));
  for (const socket of held) socket.destroy();
  await eventually(async () => (await upload(server, await cookieOf(server), 1000).catch(() => undefined))?.status).toBe(201);
  expect(server.output).not.toContain('"level":"error"');
  page.terminate();
});

test("a thousand connections that are reset in the middle of a request are nothing to it", async () => {
  await using server = await ServerProcess.start({ dataFolder: folder });
  const page = await begin(server, "say 1000000");
  for (let batch = 0; batch < 20; batch += 1) {
    await Promise.all(hold(50, server.port).map((socket) => new Promise((resolve) => {
      socket.once("close", resolve).once("connect", () => {
        socket.write("POST /api/media HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nhalf");
        socket.resetAndDestroy();
      });
    })));
  }
  expect((await fetch(`${server.origin}/healthz`)).status).toBe(200);
  await new Promise((resolve) => page.once("message", resolve));
  expect(server.output).not.toMatch(/uncaught|unhandled/);
  page.terminate();
});
