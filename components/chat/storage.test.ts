import "fake-indexeddb/auto";
import { describe, expect, it } from "vitest";
import { draftRecordSchema, emptyDraft, toRecord } from "../composer/draft.ts";
import { Database } from "../conversations/database.ts";
import { saved } from "./storage.ts";
import { picture } from "./testing.ts";

describe("saved", () => {
  it("gives back a draft, and nothing where the record does not fit", async () => {
    const database = new Database("drafts");
    const drafts = saved({ key: "draft", schema: draftRecordSchema, database });
    const record = toRecord({ ...emptyDraft, text: "unsent", attachments: [{ key: "k", name: "circle.png", video: false, state: "ready", media: picture }] });
    drafts.write({ ...record, text: "first" });
    drafts.write(record);
    await drafts.flush();
    expect(await drafts.read()).toMatchObject({ version: 1, text: "unsent", media: [picture] });
    await database.setValue("draft", { version: 7 });
    expect(await drafts.read()).toBeUndefined();
  });

  it("has at the next visit what was typed in the moment before the page was left", async () => {
    const notes = new Map<string, string>();
    const journal = { getItem: (key: string) => notes.get(key) ?? null, setItem: (key: string, value: string) => void notes.set(key, value), removeItem: (key: string) => void notes.delete(key) };
    const name = "left";
    const visit = () => saved({ key: "draft", schema: draftRecordSchema, database: new Database(name), journal });
    const leaving = visit();
    leaving.write(toRecord({ ...emptyDraft, text: "older" }));
    await leaving.flush();
    expect(notes.size).toBe(0);
    leaving.write(toRecord({ ...emptyDraft, text: "the last words" }));
    void leaving.flush(); // and the page is gone
    const next = visit();
    expect(await next.read()).toMatchObject({ text: "the last words" });
    await next.flush();
    // Only until the database has it.
    expect([await visit().read(), notes.size]).toMatchObject([{ text: "the last words" }, 0]);
  });
});
