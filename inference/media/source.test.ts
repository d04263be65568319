import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isGlobalAddress } from "./addresses.ts";
import { localSourceOptions, openMedium, type MediaSourceOptions, type OpenOptions } from "./source.ts";
import { rejectionOf } from "./testContext.ts";

let folder: string;
let server: Server;
let origin: string;
let hits = 0;

const routes: Readonly<Record<string, (response: ServerResponse) => void>> = {
  "/picture.png": (response) => response.end("bytes"),
  "/hop": (response) => response.writeHead(302, { location: "/picture.png" }).end(),
  "/circle": (response) => response.writeHead(302, { location: "/circle" }).end(),
  "/file": (response) => response.writeHead(302, { location: "file:///etc/passwd" }).end(),
  "/packed": (response) => response.writeHead(200, { "content-encoding": "gzip" }).end("bytes"),
  "/endless": (response) => {
    const pump = setInterval(() => response.write(Buffer.alloc(10_000)), 1);
    response.on("close", () => clearInterval(pump));
  },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "source-test-"));
  await writeFile(join(folder, "a.png"), "abc");
  await writeFile(join(folder, "empty.png"), "");
  server = createServer((request, response) => {
    hits++;
    const route = routes[request.url ?? ""];
    if (route) route(response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

function options(changes: Partial<MediaSourceOptions> = {}): OpenOptions {
  return { source: { ...localSourceOptions(folder), ...changes }, kind: "image", limit: 1000 };
}

describe("files", () => {
  it("opens relative paths and file: URLs", async () => {
    await using relative = await openMedium("a.png", options());
    expect(relative).toMatchObject({ path: join(folder, "a.png"), name: "a.png", bytes: 3 });
    await using url = await openMedium(pathToFileURL(join(folder, "a.png")).href, options());
    expect(url.path).toBe(join(folder, "a.png"));
  });

  it("refuses what is missing, empty, too large or not allowed", async () => {
    expect(await rejectionOf(openMedium("b.png", options()))).toBe("media_missing");
    expect(await rejectionOf(openMedium(".", options()))).toBe("media_missing");
    expect(await rejectionOf(openMedium("empty.png", options()))).toBe("media_empty");
    expect(await rejectionOf(openMedium("a.png", { ...options(), limit: 2 }))).toBe("media_too_large");
    expect(await rejectionOf(openMedium("file:///etc/passwd", options({ allowFileUrls: false })))).toBe("url_invalid");
    expect(await rejectionOf(openMedium("/etc/passwd", options({ allowPaths: false })))).toBe("url_invalid");
    expect(await rejectionOf(openMedium("ftp://example.com/a", options()))).toBe("url_invalid");
    expect(await rejectionOf(openMedium("concat:a.png", options()))).toBe("url_invalid");
  });
});

describe("data URIs", () => {
  it("become a file that is deleted after use", async () => {
    const medium = await openMedium(`data:image/png;base64,${Buffer.from("xyz").toString("base64")}`, options());
    expect(await readFile(medium.path, "utf8")).toBe("xyz");
    await medium[Symbol.asyncDispose]();
    expect(existsSync(medium.path)).toBe(false);
  });

  it("must be of a kind that is asked for, and not too large", async () => {
    expect(await rejectionOf(openMedium("data:image/png,AAAA", options()))).toBe("url_invalid");
    expect(await rejectionOf(openMedium("data:video/mp4;base64,AAAA", options()))).toBe("url_invalid");
    expect(await rejectionOf(openMedium(`data:image/png;base64,${"A".repeat(2000)}`, options()))).toBe("media_too_large");
    expect(await rejectionOf(openMedium("data:image/png;base64,", options()))).toBe("media_empty");
  });
});

describe("URLs", () => {
  const open = { allowPrivateAddresses: true };

  it("are fetched, through redirects too", async () => {
    await using medium = await openMedium(`${origin}/hop`, options(open));
    expect(await readFile(medium.path, "utf8")).toBe("bytes");
  });

  it("are refused before a connection where the address is private, however it is spelled", async () => {
    const { port } = new URL(origin);
    const before = hits;
    for (const host of ["127.0.0.1", "2130706433", "0177.0.0.1", "127.1", "[::ffff:7f00:1]", "[::1]", "localhost"]) {
      expect(await rejectionOf(openMedium(`http://${host}:${port}/picture.png`, options()))).toBe("url_not_allowed");
    }
    for (const url of [`http://a@127.0.0.1:${port}/`, `http://127.0.0.1:${port}\\@example.com/`]) {
      expect(await rejectionOf(openMedium(url, options(open)))).toBe("url_invalid");
    }
    expect(hits).toBe(before);
  });

  it("are counted and checked on the way", async () => {
    expect(await rejectionOf(openMedium(`${origin}/endless`, options(open)))).toBe("media_too_large");
    expect(await rejectionOf(openMedium(`${origin}/circle`, options(open)))).toBe("fetch_failed");
    expect(await rejectionOf(openMedium(`${origin}/packed`, options(open)))).toBe("fetch_failed");
    expect(await rejectionOf(openMedium(`${origin}/missing`, options(open)))).toBe("fetch_failed");
    expect(await rejectionOf(openMedium(`${origin}/file`, options(open)))).toBe("url_not_allowed");
  });
});

it("tells public addresses from all others", () => {
  const global = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"];
  const others = [
    ...["0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.31.0.1", "192.168.1.1", "198.18.0.1", "224.0.0.1"],
    ...["255.255.255.255", "::", "::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "fd12::1", "fe80::1", "2002:7f00:1::", "2001:db8::1"],
    ...["ff02::1", "not an address"],
  ];
  expect(global.filter((address) => !isGlobalAddress(address))).toEqual([]);
  expect(others.filter(isGlobalAddress)).toEqual([]);
});
