import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { httpErrorSchema, uploadedMediaSchema } from "./protocol.ts";
import { eventually, TestServer, tinyPng } from "./testing/harness.ts";

const media = join(import.meta.dirname, "..", "inference", "reference", "media");
const mebibyte = 1024 * 1024;

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ limits: { imageBytes: 64 * 1024, videoBytes: 2 * mebibyte, sessionBytes: 3 * mebibyte }, timing: { uploadWindow: 300 } });
});
afterAll(() => server[Symbol.asyncDispose]());

async function errorOf(response: Response): Promise<{ status: number; code: string; message: string }> {
  const { error } = httpErrorSchema.parse(await response.json());
  return { status: response.status, code: error.code, message: error.message };
}

test("a picture is stored under its hash, described, shown to its session only, and removed", async () => {
  const cookie = await server.visit();
  const bytes = new Uint8Array(await readFile(join(media, "photo.png")));
  const response = await server.upload(cookie, bytes, "ein Bild.png");
  expect(response.status).toBe(201);
  const uploaded = uploadedMediaSchema.parse(await response.json());
  expect(uploaded).toMatchObject({ id: createHash("sha256").update(bytes).digest("hex"), name: "ein Bild.png", bytes: bytes.length, mime: "image/png" });

  const shown = await server.fetch(`/api/media/${uploaded.id}`, cookie);
  expect(Object.fromEntries(shown.headers)).toMatchObject({
    "content-type": "image/png",
    "content-disposition": "inline",
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringContaining("sandbox") as string,
    "cross-origin-resource-policy": "same-origin",
  });
  expect(new Uint8Array(await shown.arrayBuffer())).toEqual(bytes);

  const stranger = await server.visit();
  for (const method of ["GET", "DELETE"]) expect((await server.fetch(`/api/media/${uploaded.id}`, stranger, { method })).status).toBe(404);
  expect((await server.fetch(`/api/media/${uploaded.id}`, cookie, { method: "DELETE" })).status).toBe(204);
  expect((await server.fetch(`/api/media/${uploaded.id}`, cookie)).status).toBe(404);
  expect(await server.storedFiles()).toEqual([]);
});

test("a clip has a poster and can be read from anywhere", async () => {
  const cookie = await server.visit();
  const bytes = new Uint8Array(await readFile(join(media, "clip.mp4")));
  const { id, mime } = uploadedMediaSchema.parse(await (await server.upload(cookie, bytes, "clip.mp4")).json());
  expect(mime).toBe("video/mp4");
  const part = await server.fetch(`/api/media/${id}`, cookie, { headers: { Range: "bytes=100-199" } });
  expect(part.status).toBe(206);
  expect(part.headers.get("content-range")).toBe(`bytes 100-199/${bytes.length}`);
  expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(100, 200));
  expect((await server.fetch(`/api/media/${id}`, cookie, { headers: { Range: `bytes=${bytes.length}-` } })).status).toBe(416);
  const poster = await server.fetch(`/api/media/${id}/poster`, cookie);
  expect([poster.status, poster.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
  await server.fetch(`/api/media/${id}`, cookie, { method: "DELETE" });
  expect(await server.storedFiles()).toEqual([]);
});

test("the same file again costs its space once, and takes the new name", async () => {
  const cookie = await server.visit();
  for (const name of ["first.png", "second.png"]) expect((await server.upload(cookie, tinyPng(), name)).status).toBe(201);
  const files = await server.storedFiles();
  expect(files).toHaveLength(2);
  const { id, name } = uploadedMediaSchema.parse(await (await server.upload(cookie, tinyPng(), "third.png")).json());
  expect(name).toBe("third.png");
  await server.fetch(`/api/media/${id}`, cookie, { method: "DELETE" });
});

test.each([
  { what: "text named .png", bytes: new Uint8Array(Buffer.from("hello, this is text")), name: "x.png", status: 415, code: "image_format" },
  { what: "a playlist named .mp4", bytes: new Uint8Array(Buffer.from("#EXTM3U\nfile:///etc/passwd\n")), name: "x.mp4", status: 415, code: "video_format" },
  { what: "an SVG named .png", bytes: new Uint8Array(Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>")), name: "x.png", status: 415, code: "image_format" },
  { what: "random bytes named .png", bytes: new Uint8Array(createHash("sha512").update("noise").digest()), name: "x.png", status: 422, code: "image_corrupt" },
  { what: "an empty file", bytes: new Uint8Array(), name: "x.png", status: 400, code: "media_empty" },
  { what: "a picture over the limit", bytes: tinyPng("x".repeat(64 * 1024)), name: "x.png", status: 413, code: "media_too_large" },
  { what: "what the engine refuses", bytes: tinyPng(), name: "bad.png", status: 422, code: "image_corrupt" },
])("$what is refused and leaves nothing behind", async ({ bytes, name, status, code }) => {
  const answer = await errorOf(await server.upload(await server.visit(), bytes, name));
  expect(answer).toMatchObject({ status, code });
  expect(answer.message).toContain(name);
  expect(await server.storedFiles()).toEqual([]);
});

test("a clip over the limit is refused while it is read", async () => {
  const clip = await readFile(join(media, "clip.mp4"));
  const big = new Uint8Array(Buffer.concat([clip, Buffer.alloc(5 * mebibyte)]));
  expect(await errorOf(await server.upload(await server.visit(), big, "big.mp4"))).toMatchObject({ status: 413, code: "media_too_large" });
  expect(await server.storedFiles()).toEqual([]);
});

test("names are shown without folders, control characters and endless length", async () => {
  const cookie = await server.visit();
  const response = await server.upload(cookie, tinyPng(), `../../etc/\u0007${"n".repeat(9000)}.png`);
  const { id, name } = uploadedMediaSchema.parse(await response.json());
  expect(name).toBe("n".repeat(128));
  await server.fetch(`/api/media/${id}`, cookie, { method: "DELETE" });
});

test("a session's quota is kept, and freed by removing", async () => {
  const cookie = await server.visit();
  const clip = (trailer: number): Uint8Array<ArrayBuffer> => {
    const bytes = new Uint8Array(2 * mebibyte - 10);
    bytes.set(Buffer.from("\0\0\0\x20ftypisom"), 0);
    bytes[bytes.length - 1] = trailer;
    return bytes;
  };
  const first = uploadedMediaSchema.parse(await (await server.upload(cookie, clip(1), "1.mp4")).json());
  expect(await errorOf(await server.upload(cookie, clip(2), "2.mp4"))).toMatchObject({ status: 503, code: "disk_full" });
  await server.fetch(`/api/media/${first.id}`, cookie, { method: "DELETE" });
  const second = uploadedMediaSchema.parse(await (await server.upload(cookie, clip(2), "2.mp4")).json());
  await server.fetch(`/api/media/${second.id}`, cookie, { method: "DELETE" });
});

/** A request written by hand, whose socket stays in our hands. */
async function startUpload(cookie: string, length: number, body: string | Uint8Array): Promise<Socket> {
  const socket = connect(server.port, "127.0.0.1");
  const head = [
    "POST /api/media HTTP/1.1",
    `Host: 127.0.0.1:${server.port}`,
    `Origin: ${server.origin}`,
    `Cookie: ${cookie}`,
    "Content-Type: multipart/form-data; boundary=b",
    `Content-Length: ${length}`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n`);
  socket.write(body);
  await eventually(() => server.storedFiles()).toHaveLength(1);
  return socket;
}

test("an upload that is dropped half-way leaves nothing behind", async () => {
  const socket = await startUpload(await server.visit(), 50_000, tinyPng("x".repeat(10_000)));
  socket.destroy();
  await eventually(() => server.storedFiles()).toEqual([]);
});

test("uploads that are dropped at once leave nothing behind either", async () => {
  // The floor on speed would find them too, much later.
  await using patient = await TestServer.start({ timing: { uploadWindow: 600_000 } });
  const cookie = await patient.visit();
  const head = `POST /api/media HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nCookie: ${cookie}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n`;
  const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n';
  for (let round = 0; round < 100; round += 1) {
    const socket = connect(patient.port, "127.0.0.1", () => socket.end(head + part + "x".repeat(40_000)));
    socket.resume();
    await new Promise((resolve) => socket.once("close", resolve));
  }
  await new Promise((resolve) => setTimeout(resolve, 300)); // the last of them may only now open its file
  await eventually(() => patient.storedFiles()).toEqual([]);
});

test("an upload that hardly moves is ended with 408", async () => {
  const socket = await startUpload(await server.visit(), 50_000, tinyPng());
  const answer = await new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString())));
  expect(answer).toMatch(/^HTTP\/1.1 408 [^]*"too_slow"/);
  socket.destroy();
  await eventually(() => server.storedFiles()).toEqual([]);
});

test("a body without end, without a file, or that is no form", async () => {
  const cookie = await server.visit();
  const post = (body: string, type: string): Promise<Response> => server.fetch("/api/media", cookie, { method: "POST", body, headers: { "Content-Type": type } });
  const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n';
  expect(await errorOf(await post(`${part}half`, "multipart/form-data; boundary=b"))).toMatchObject({ status: 400, code: "invalid_request" });
  expect(await errorOf(await post("--b--\r\n", "multipart/form-data; boundary=b"))).toMatchObject({ status: 400, code: "invalid_request" });
  expect(await errorOf(await post("{}", "application/json"))).toMatchObject({ status: 415, code: "unsupported_media_type" });
  expect(await errorOf(await post("", `multipart/form-data; boundary=${"b".repeat(100)}`))).toMatchObject({ status: 400 });
  expect(await server.storedFiles()).toEqual([]);
});

test("when the disk has too little left, uploads are refused", async () => {
  await using full = await TestServer.start({ limits: { freeBytes: Number.MAX_SAFE_INTEGER } });
  expect(await errorOf(await full.upload(await full.visit(), tinyPng(), "a.png"))).toMatchObject({ status: 503, code: "disk_full" });
});

test("a start keeps whole uploads, and drops half-written ones and those of sessions long gone", async () => {
  const before = await TestServer.start();
  const cookie = await before.visit();
  const { id } = uploadedMediaSchema.parse(await (await before.upload(cookie, tinyPng(), "kept.png")).json());
  await before.close();
  const session = cookie.split("=")[1] ?? "";
  await writeFile(join(before.uploads, session, `${randomBytes(8).toString("hex")}.999999999.part`), "half");
  await writeFile(join(before.uploads, session, "0".repeat(64)), "never described");
  const old = join(before.uploads, "f".repeat(32));
  await mkdir(old);
  await writeFile(join(old, `${"1".repeat(64)}.json`), "{}");

  {
    const again = await TestServer.start({ dataFolder: before.dataFolder, timing: { uploadAge: 3_600_000 } });
    expect((await again.fetch(`/api/media/${id}`, cookie)).status).toBe(200);
    expect((await again.storedFiles()).filter((name) => !name.startsWith("1")).sort()).toEqual([id, `${id}.json`]);
    await again.close();
  }
  await using last = await TestServer.start({ dataFolder: before.dataFolder, timing: { uploadAge: 0 } });
  await eventually(() => last.storedFiles()).toEqual([]);
});
