import "fake-indexeddb/auto";
import { afterEach, expect, test, vi } from "vitest";
import { newQuestion } from "../chat/turns.ts";
import { picture } from "../chat/testing.ts";
import { Database } from "../conversations/database.ts";
import { keepShared } from "./keepShared.ts";
import { toShared } from "./snapshot.ts";

const shared = { ...toShared("A circle", [newQuestion({ parent: "c", created: 1 }, { text: "What is it?", media: [picture] })], null), created: 1, expires: null };

afterEach(() => void vi.unstubAllGlobals());

test.each([
  ["given", () => Promise.resolve(new Response("bytes", { headers: { "Content-Type": "image/png" } })), { kept: 1, bytes: true }],
  ["not part of the share any more", () => Promise.resolve(new Response(null, { status: 404 })), { kept: 1, bytes: false }],
  ["not given", () => Promise.resolve(new Response(null, { status: 503 })), { kept: 0, bytes: false }],
  ["not reached", () => Promise.reject(new TypeError("Failed to fetch")), { kept: 0, bytes: false }],
])("a conversation whose picture is %s", async (how, answer, expected) => {
  vi.stubGlobal("fetch", answer);
  const database = new Database(how);
  const kept = await keepShared(shared, database).then(() => true, () => false);
  expect({ kept: (await database.conversations()).length, bytes: await database.hasMedium(picture.id) }).toEqual(expected);
  expect(kept).toBe(expected.kept === 1);
});
