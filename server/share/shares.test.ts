import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { uploadedMediaSchema, type UploadedMedia } from "../protocol.ts";
import { TestServer, tinyPng } from "../testing/harness.ts";
import { shareListSchema, shareSummarySchema, sharedConversationSchema, type ShareRequest, type ShareSummary } from "./protocol.ts";

const finished: ShareRequest["turns"][number] = { role: "assistant", text: "A white point.", state: { name: "edited" } };

async function uploaded(server: TestServer, cookie: string, trailer = ""): Promise<UploadedMedia> {
  return uploadedMediaSchema.parse(await (await server.upload(cookie, tinyPng(trailer), "point.png")).json());
}

function conversation(media: UploadedMedia[], changed: Partial<ShareRequest> = {}): ShareRequest {
  return { title: "A point", days: 7, turns: [{ role: "user", text: "What is this?", media }, finished], ...changed };
}

function post(server: TestServer, cookie: string, body: unknown): Promise<Response> {
  return server.fetch("/api/shares", cookie, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
}

async function share(server: TestServer, cookie: string, body: ShareRequest): Promise<ShareSummary> {
  const response = await post(server, cookie, body);
  expect(response.status).toBe(201);
  return shareSummarySchema.parse(await response.json());
}

/** As somebody without a cookie asks. */
const ask = (server: TestServer, path: string): Promise<Response> => fetch(`${server.origin}/api/shares/${path}`);

test("who has the link reads the words and sees the media, and nothing else", async () => {
  await using server = await TestServer.start();
  const ada = await server.visit();
  const [shown, other] = [await uploaded(server, ada), await uploaded(server, ada, "other")];
  const made = await share(server, ada, conversation([{ ...shown, origin: { kind: "address", url: "https://ada:secret@example.com/" } }]));
  expect(made).toMatchObject({ title: "A point", messages: 2, media: 1 });

  const read = await ask(server, `${made.id}/conversation`);
  expect(read.headers.get("cache-control")).toBe("no-store");
  expect(read.headers.get("x-robots-tag")).toBe("noindex");
  expect(read.headers.get("set-cookie")).toBeNull();
  const text = await read.text();
  expect(sharedConversationSchema.parse(JSON.parse(text)).turns).toHaveLength(2);
  expect(text).not.toMatch(/secret|owner/);

  const picture = await ask(server, `${made.id}/media/${shown.id}`);
  expect(picture.status).toBe(200);
  expect(Object.fromEntries(picture.headers)).toMatchObject({ "content-type": "image/png", "x-content-type-options": "nosniff", "cache-control": "private, no-cache", "cross-origin-resource-policy": "same-origin" });
  expect(picture.headers.get("content-security-policy")).toContain("sandbox");
  expect(new Uint8Array(await picture.arrayBuffer())).toEqual(tinyPng());
  for (const path of [`${made.id}/media/${other.id}`, `${made.id}/media/${shown.id}/poster`, `${made.id}/media/..%2f..%2fshare.json`, `${made.id}/media/share.json`, `${"0".repeat(32)}/conversation`]) {
    expect((await ask(server, path)).status, path).toBe(404);
  }
});

test("only its owner lists and revokes a share; revoked, it is gone for everybody, and its files with it", async () => {
  await using server = await TestServer.start();
  const [ada, eve] = [await server.visit(), await server.visit()];
  const picture = await uploaded(server, ada);
  const made = await share(server, ada, conversation([picture]));
  const listed = async (cookie: string) => shareListSchema.parse(await (await server.fetch("/api/shares", cookie)).json()).shares;
  expect((await listed(ada)).map(({ id }) => id)).toEqual([made.id]);
  expect(await listed(eve)).toEqual([]);

  const revoke = (cookie: string) => server.fetch(`/api/shares/${made.id}`, cookie, { method: "DELETE" });
  expect((await revoke(eve)).status).toBe(404);
  expect((await fetch(`${server.origin}/api/shares/${made.id}`, { method: "DELETE", headers: { Cookie: ada, Origin: "https://evil.example" } })).status).toBe(403);
  expect((await ask(server, `${made.id}/conversation`)).status).toBe(200);
  expect((await revoke(ada)).status).toBe(204);
  expect((await ask(server, `${made.id}/conversation`)).status).toBe(404);
  const again = await fetch(`${server.origin}/api/shares/${made.id}/media/${picture.id}`, { headers: { "If-None-Match": `"${picture.id}"` } });
  expect(again.status).toBe(404);
  expect(await readdir(join(server.dataFolder, "shares"))).toEqual([]);
  expect((await revoke(ada)).status).toBe(404);
});

test("a clip of pictures is shared with each of them, as what it is and not as what it was called", async () => {
  await using server = await TestServer.start();
  const ada = await server.visit();
  const [one, two] = [await uploaded(server, ada), await uploaded(server, ada, "two")];
  const clip: UploadedMedia = { ...one, mime: "text/html", frames: { media: [one.id, two.id], fps: 2 } };
  const { id } = await share(server, ada, conversation([clip]));
  for (const frame of [one, two]) expect((await ask(server, `${id}/media/${frame.id}`)).headers.get("content-type")).toBe("image/png");
  expect((await ask(server, `${id}/media/${one.id}/frames/0`)).status).toBe(404);
});

test("a share outlives the upload and the server", async () => {
  await using first = await TestServer.start();
  const ada = await first.visit();
  const picture = await uploaded(first, ada);
  const made = await share(first, ada, conversation([picture], { days: null }));
  expect(made.expires).toBeNull();
  expect((await first.fetch(`/api/media/${picture.id}`, ada, { method: "DELETE" })).status).toBe(204);
  await first.close();
  const second = await TestServer.start({ dataFolder: first.dataFolder });
  expect((await ask(second, `${made.id}/conversation`)).status).toBe(200);
  expect((await ask(second, `${made.id}/media/${picture.id}`)).status).toBe(200);
  expect((await second.fetch(`/api/shares/${made.id}`, ada, { method: "DELETE" })).status).toBe(204);
  await second.close();
});

test("another's pictures, broken bodies and conversations without bounds are refused, and leave nothing", async () => {
  await using server = await TestServer.start({ limits: { sharesPerOwner: 1 } });
  const [ada, eve] = [await server.visit(), await server.visit()];
  const picture = await uploaded(server, ada);
  const frames = { ...picture, frames: { media: ["f".repeat(64)], fps: 1 } };
  const stolen = await post(server, eve, conversation([picture]));
  expect(stolen.status).toBe(404);
  expect(await stolen.json()).toMatchObject({ error: { code: "media_missing" } });
  expect((await post(server, ada, conversation([frames]))).status).toBe(404);
  const bad: unknown[] = [
    [],
    null,
    {},
    conversation([], { turns: [] }),
    { ...conversation([]), days: 1e9 },
    conversation([{ ...picture, id: "../../../etc/passwd" }]),
    conversation([], { title: "x".repeat(300) }),
    conversation([], { turns: Array.from({ length: 1001 }, () => finished) }),
    conversation([], { turns: [{ ...finished, text: 5 } as never] }),
    conversation([], { turns: [{ ...finished, state: { name: "writing" } } as never] }),
  ];
  for (const body of bad) expect((await post(server, ada, body)).status, JSON.stringify(body).slice(0, 80)).toBe(400);
  expect((await post(server, ada, conversation([], { turns: [{ ...finished, text: "x".repeat(5_000_000) }] }))).status).toBeGreaterThanOrEqual(400);
  expect(await readdir(join(server.dataFolder, "shares"))).toEqual([]);
  await share(server, ada, conversation([picture]));
  const full = await post(server, ada, conversation([picture]));
  expect(full.status).toBe(409);
  expect(await full.json()).toMatchObject({ error: { code: "share_limit" } });
  expect((await stat(join(server.dataFolder, "shares"))).mode & 0o777).toBe(0o700);
});
