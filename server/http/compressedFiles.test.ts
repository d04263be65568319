import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, request as send, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compressFiles } from "../../scripts/compressFiles.ts";
import { bestCoding, CompressedFiles, sendCompressed } from "./compressedFiles.ts";

const script = "export const words = 'one two three one two three';\n".repeat(100);
const drawing = `<svg xmlns="http://www.w3.org/2000/svg">${"<g/>".repeat(100)}</svg>`;

let folder: string;
let files: CompressedFiles;
const server = createServer((request, response) => {
  response.setHeader("Content-Security-Policy", "default-src 'none'");
  const file = files.find(request.url ?? "");
  if (file) void sendCompressed(request, response, file);
  else response.writeHead(404).end();
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "compressed-files-"));
  const built = join(folder, "static");
  await mkdir(join(built, "chunks", "[locale]"), { recursive: true });
  await writeFile(join(folder, "secret.js"), script);
  await writeFile(join(built, "chunks", "page.js"), script);
  await writeFile(join(built, "chunks", "[locale]", "page.js"), script);
  await writeFile(join(built, "page.css"), script);
  await writeFile(join(built, "drawing.svg"), drawing);
  await writeFile(join(built, "font.woff2"), script);
  await compressFiles(built);
  await compressFiles(built); // what is compressed is left as it is
  await writeFile(join(built, "later.js"), script);
  files = await CompressedFiles.open(built, "/static/");
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

interface Reply {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** As it comes over the wire: fetch would take the coding off, and tidy the address. */
function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Reply> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const asked = send({ port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

test.each([
  ["br", "gzip, deflate, br, zstd", brotliDecompressSync],
  ["gzip", "gzip, deflate", gunzipSync],
  [undefined, "", (bytes: Buffer) => bytes],
] as const)("a script as %s", async (coding, accepted, decode) => {
  const { status, headers, body } = await ask("/static/chunks/page.js", { "Accept-Encoding": accepted });
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    "content-type": "text/javascript; charset=utf-8",
    "content-length": String(body.length),
    "cache-control": "public, max-age=31536000, immutable",
    vary: "Accept-Encoding",
  });
  expect(headers["content-encoding"]).toBe(coding);
  expect(headers["content-security-policy"]).toBeUndefined();
  expect(decode(body).toString()).toBe(script);
});

test("a style sheet and a drawing have their own types, and the drawing keeps its policy", async () => {
  expect((await ask("/static/page.css")).headers).toMatchObject({ "content-type": "text/css; charset=utf-8" });
  expect((await ask("/static/drawing.svg")).headers).toMatchObject({ "content-type": "image/svg+xml", "content-security-policy": "default-src 'none'" });
});

test("a browser that has it is told so, in the coding that it has", async () => {
  const { headers } = await ask("/static/page.css", { "Accept-Encoding": "br" });
  const known = { "If-None-Match": `W/"other", ${headers.etag ?? ""}` };
  const again = await ask("/static/page.css", { ...known, "Accept-Encoding": "br" });
  expect([again.status, again.body.length]).toEqual([304, 0]);
  expect((await ask("/static/page.css", { ...known, "Accept-Encoding": "gzip" })).status).toBe(200);
});

test("HEAD is the answer without its body", async () => {
  const { headers, body } = await ask("/static/page.css", { "Accept-Encoding": "br" }, "HEAD");
  expect(Number(headers["content-length"])).toBeGreaterThan(0);
  expect(body.length).toBe(0);
});

test("a folder's name may need to be encoded", async () => {
  expect((await ask("/static/chunks/%5Blocale%5D/page.js")).status).toBe(200);
});

test.each([
  "/static/../secret.js",
  "/static/%2e%2e/secret.js",
  "/static/..%2fsecret.js",
  "/static/chunks/..%5c..%5csecret.js",
  "/static//chunks/page.js",
  "/static/chunks/page.js.br",
  "/static/chunks",
  "/static/",
  "/static/__proto__",
  "/static/later.js",
  "/static/font.woff2",
])("%s is none of them", async (path) => {
  expect((await ask(path)).status).toBe(404);
});

test.each([
  [undefined, "identity"],
  ["BR", "br"],
  ["br;q=0, gzip;q=0.5", "gzip"],
  ["br;q=0.000, *", "gzip"],
  ["*", "br"],
  ["*;q=0", "identity"],
  ["gzip;q=1.0, br;q=0.1", "br"],
  ["gzip;q=0.0, identity", "identity"],
  ["brotli, x-gzip", "identity"],
  [";;,,=", "identity"],
] as const)("Accept-Encoding %s: %s", (header, coding) => {
  expect(bestCoding(header)).toBe(coding);
});
