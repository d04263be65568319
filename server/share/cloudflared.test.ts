import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { assetOf, cloudflaredVersion, ensureCloudflared, findOnPath, type Asset } from "./cloudflared.ts";

const program = Buffer.from("#!/bin/sh\necho cloudflared\n");
const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
let server: Server;
let source = "";
let served = program;
let asked: string[] = [];
let folder = "";

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end(served);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  source = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(async () => {
  asked = [];
  served = program;
  folder = await mkdtemp(join(tmpdir(), "demo-cloudflared-"));
  return () => rm(folder, { recursive: true, force: true });
});

const plain: Asset = { file: "cloudflared-linux-amd64", bytes: program.length, sha256: sha256(program) };
const ensure = (asset: Asset): Promise<string> => ensureCloudflared({ asset, source, folder, signal: new AbortController().signal });

test("the pinned file is downloaded once, may be run by its owner alone, and is taken from the folder from then on", async () => {
  const path = await ensure(plain);
  expect(await readFile(path)).toEqual(program);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  expect(await ensure(plain)).toBe(path);
  expect(asked).toEqual([`/${cloudflaredVersion}/cloudflared-linux-amd64`]);
});

test("one byte that is different, and the file is not there", async () => {
  served = Buffer.from(program);
  served.writeUInt8(served.readUInt8(5) ^ 1, 5);
  await expect(ensure(plain)).rejects.toMatchObject({ code: "checksum" });
  served = Buffer.concat([program, Buffer.alloc(1)]);
  await expect(ensure(plain)).rejects.toMatchObject({ code: "checksum" });
  expect(await readdir(folder)).toEqual([]);
});

test("a program that was exchanged in the folder is not started but fetched anew", async () => {
  const path = await ensure(plain);
  await writeFile(path, "#!/bin/sh\nrm -rf /\n");
  await ensure(plain);
  expect(await readFile(path)).toEqual(program);
});

test("a server that cannot be reached", async () => {
  await expect(ensureCloudflared({ asset: plain, source: "http://127.0.0.1:1", folder, signal: new AbortController().signal })).rejects.toMatchObject({ code: "download" });
});

test("an archive is unpacked, and its program checked by its own hash", async () => {
  const header = Buffer.alloc(512);
  header.write("cloudflared");
  header.write(program.length.toString(8).padStart(11, "0"), 124);
  header.write("0", 156);
  served = gzipSync(Buffer.concat([header, program, Buffer.alloc(2 * 512 - program.length)]));
  const archive = { file: "cloudflared-darwin-arm64.tgz", bytes: served.length, sha256: sha256(served), program: sha256(program) };
  expect(await readFile(await ensure(archive))).toEqual(program);
  await expect(ensure({ ...archive, program: sha256(served) })).rejects.toMatchObject({ code: "checksum" });
});

test("machines for which nothing is pinned", () => {
  expect(assetOf("linux", "x64").sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(() => assetOf("freebsd", "x64")).toThrow(expect.objectContaining({ code: "platform" }));
});

test("an installed program is found on PATH, but nothing that cannot be run", async () => {
  await writeFile(join(folder, "cloudflared"), program);
  expect(await findOnPath("cloudflared", `/nowhere:${folder}`, false)).toBeUndefined();
  await writeFile(join(folder, "other"), program, { mode: 0o755 });
  expect(await findOnPath("other", `/nowhere:${folder}`, false)).toBe(join(folder, "other"));
});
