import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MediaStore } from "../media/store.ts";
import type { ShareRequest } from "./protocol.ts";
import { ShareStore, type ShareLimits } from "./shareStore.ts";

const limits: ShareLimits = { sharesPerOwner: 3, shares: 5, sessionBytes: 1000, totalBytes: 1000, freeBytes: 0 };
const owner = "a".repeat(32);
const day = 24 * 3_600_000;

async function opened(now: () => number): Promise<{ store: ShareStore; folder: string; reopen: () => Promise<ShareStore> } & AsyncDisposable> {
  const base = await mkdtemp(join(tmpdir(), "demo-shares-"));
  const folder = join(base, "shares");
  const uploads = await MediaStore.open(join(base, "uploads"), limits);
  const reopen = (): Promise<ShareStore> => ShareStore.open({ folder, uploads, limits, now });
  return { store: await reopen(), folder, reopen, [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }) };
}

const words = (days: ShareRequest["days"]): ShareRequest => ({ title: "", days, turns: [{ role: "assistant", text: "Hello.", state: { name: "edited" } }] });

test("a share ends at its time: it is read no more, listed no more, and swept", async () => {
  let now = 1_000_000;
  await using parts = await opened(() => now);
  const { store, folder } = parts;
  const [short, long] = [await store.create(owner, words(1)), await store.create(owner, words(null))];
  now += day - 1;
  expect(JSON.parse(String(await store.read(short.id)))).toMatchObject({ expires: 1_000_000 + day });
  now += 1;
  expect(await store.read(short.id)).toBeUndefined();
  expect((await store.list(owner)).map(({ id }) => id)).toEqual([long.id]);
  await store.sweep();
  expect(await readdir(folder)).toEqual([long.id]);
});

test("what a server left half-made or broken is no share", async () => {
  await using parts = await opened(Date.now);
  const { id } = await parts.store.create(owner, words(7));
  const half = join(parts.folder, `${"b".repeat(32)}.999999999.part`);
  await mkdir(half);
  await writeFile(join(half, "share.json"), "{}");
  const broken = join(parts.folder, "c".repeat(32));
  await mkdir(broken);
  await writeFile(join(broken, "share.json"), `{"owner":"${owner}"`);
  const again = await parts.reopen();
  expect((await again.list(owner)).map((share) => share.id)).toEqual([id]);
  expect(await again.read("c".repeat(32))).toBeUndefined();
  expect(await readdir(parts.folder)).not.toContain(`${"b".repeat(32)}.999999999.part`);
});

test("two servers on one folder know each other's shares, count them together, and what one revokes is gone from both", async () => {
  await using parts = await opened(Date.now);
  const { store } = parts;
  const other = await parts.reopen();
  const [read, listed] = [await store.create(owner, words(1)), await store.create(owner, words(1))];
  expect(JSON.parse(String(await other.read(read.id)))).toMatchObject({ turns: [{ text: "Hello." }] });
  expect((await other.list(owner)).map(({ id }) => id).sort()).toEqual([read.id, listed.id].sort());
  await other.create(owner, words(1));
  await expect(store.create(owner, words(1))).rejects.toMatchObject({ code: "share_limit" });
  expect(await other.revoke("b".repeat(32), read.id)).toBe(false);
  expect(await other.revoke(owner, read.id)).toBe(true);
  expect([await store.read(read.id), await store.revoke(owner, read.id)]).toEqual([undefined, false]);
  expect(await store.list(owner)).toHaveLength(2);
});

test("many at once do not go over the limit", async () => {
  await using parts = await opened(Date.now);
  const made = await Promise.allSettled(Array.from({ length: 8 }, () => parts.store.create(owner, words(1))));
  expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  expect(await readdir(parts.folder)).toHaveLength(3);
});

test("words count as bytes", async () => {
  await using parts = await opened(Date.now);
  const long: ShareRequest = { ...words(1), turns: [{ role: "assistant", text: "x".repeat(1000), state: { name: "edited" } }] };
  await expect(parts.store.create(owner, long)).rejects.toMatchObject({ code: "disk_full" });
  expect(await readdir(parts.folder)).toEqual([]);
});
