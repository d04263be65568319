import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { uploadedMediaSchema } from "./protocol.ts";
import { TestServer, tinyPng } from "./testing/harness.ts";

let server: TestServer;
let cookie: string;
let clip: string;

beforeAll(async () => {
  server = await TestServer.start();
  cookie = await server.visit();
  const bytes = new Uint8Array(await readFile(join(import.meta.dirname, "..", "e2e", "media", "clip-direction.mp4")));
  clip = uploadedMediaSchema.parse(await (await server.upload(cookie, bytes, "clip.mp4")).json()).id;
});
afterAll(() => server[Symbol.asyncDispose]());

const frame = (milliseconds: number | string, session = cookie) => server.fetch(`/api/media/${clip}/frames/${milliseconds}`, session);

/** The picture at a glance: the same for the same frame. */
async function look(response: Response): Promise<string> {
  const { data } = await sharp(await response.arrayBuffer()).resize(8, 8, { fit: "fill" }).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return data.toString("hex");
}

test("a frame of a clip at a time is a JPEG that the browser keeps", async () => {
  const response = await frame(500);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("image/jpeg");
  expect(response.headers.get("cache-control")).toContain("immutable");
  expect(response.headers.get("content-security-policy")).toContain("sandbox");
  const tag = response.headers.get("etag") ?? "";
  const again = await server.fetch(`/api/media/${clip}/frames/500`, cookie, { headers: { "If-None-Match": tag } });
  expect(again.status).toBe(304);
});

test("different times show different frames, the same time the same, and a time behind the end the last", async () => {
  const [start, later, same, end] = await Promise.all([0, 1500, 1500, 99_999_999].map(async (time) => look(await frame(time))));
  expect(later).not.toBe(start);
  expect(same).toBe(later);
  expect(end).not.toBe(start);
});

test("frames of a clip are shown to its session only, and only at times", async () => {
  expect((await frame(500, await server.visit())).status).toBe(404);
  for (const time of ["", "-1", "1.5", "a", "999999999"]) expect((await frame(time)).status).toBe(404);
  expect((await server.fetch(`/api/media/${clip}/frames/500`, cookie, { method: "POST" })).status).toBe(405);
});

test("a picture has no frames", async () => {
  const { id } = uploadedMediaSchema.parse(await (await server.upload(cookie, tinyPng(), "pixel.png")).json());
  expect((await server.fetch(`/api/media/${id}/frames/0`, cookie)).status).toBe(404);
});

test("a file that is no clip after all is said to be damaged", async () => {
  // The stand-in for the worker takes everything; the upload itself looks at the first bytes only.
  const head = new Uint8Array(await readFile(join(import.meta.dirname, "..", "e2e", "media", "clip-direction.mp4"))).slice(0, 64);
  const { id } = uploadedMediaSchema.parse(await (await server.upload(cookie, head, "broken.mp4")).json());
  const response = await server.fetch(`/api/media/${id}/frames/0`, cookie);
  expect(response.status).toBe(422);
  expect(response.headers.get("cache-control")).toBe("no-store");
});
