import "fake-indexeddb/auto";
import { createStore } from "idb-keyval";
import { describe, expect, it } from "vitest";
import { draftRecordSchema, toRecord, emptyDraft } from "../composer/draft.ts";
import { ChatSession, conversationRecordSchema } from "./session.ts";
import { saved } from "./storage.ts";
import { event, finish, picture, TestSocket, text } from "./testing.ts";

const opened = { database: 0 };

/** A visit to the page: its socket, its conversation, and frames that the test draws. */
function visit(database: string) {
  const lines: TestSocket[] = [];
  const frames: (() => void)[] = [];
  const chat = new ChatSession({
    connect: () => {
      const socket = new TestSocket();
      lines.push(socket);
      return socket;
    },
    saved: saved({ key: "conversation", schema: conversationRecordSchema, store: createStore(database, "page") }),
    schedule: (flush) => frames.push(flush),
    now: () => 0,
  });
  chat.start();
  return {
    chat,
    line: () => lines.at(-1) ?? new TestSocket(),
    drawFrame: () => frames.splice(0).forEach((flush) => flush()),
    frames,
    loaded: () => new Promise<void>((resolve) => {
      if (chat.store.get().loaded) resolve();
      chat.store.subscribe(() => chat.store.get().loaded && resolve());
    }),
  };
}

const freshDatabase = () => `conversation-${++opened.database}`;

describe("ChatSession", () => {
  it("shows what arrives within one frame at once", async () => {
    const { chat, line, frames, drawFrame, loaded } = visit(freshDatabase());
    await loaded();
    line().open();
    chat.send("Hello", []);
    const run = chat.running()?.id ?? "";
    let changes = 0;
    chat.store.subscribe(() => changes++);
    for (let seq = 1; seq <= 50; seq++) line().receive(event(run, seq, text("x", seq)));
    expect([frames.length, changes]).toEqual([1, 0]);
    drawFrame();
    expect(changes).toBe(1);
    expect(chat.store.get().turns.at(-1)).toMatchObject({ text: "x".repeat(50), seq: 50 });
  });

  it("goes on after a reload where it was, without loss or doubles", async () => {
    const database = freshDatabase();
    const before = visit(database);
    await before.loaded();
    before.line().open();
    before.chat.send("What is this?", [picture]);
    const run = before.chat.running()?.id ?? "";
    before.line().receive(event(run, 1, text("A red ", 2)));
    // Not drawn yet: leaving the page must not lose it.
    await before.chat.flush();
    before.chat[Symbol.dispose]();

    const after = visit(database);
    await after.loaded();
    after.line().open();
    expect(after.line().sent).toEqual([{ type: "resume", run, after: 1 }]);
    after.line().receive(event(run, 1, text("A red ", 2)));
    after.line().receive(event(run, 2, text("circle.", 4)));
    after.line().receive(event(run, 3, finish("eos", 4)));
    after.drawFrame();
    expect(after.chat.store.get().turns).toMatchObject([{ text: "What is this?", media: [picture] }, { text: "A red circle.", state: { name: "finished" } }]);
  });

  it("keeps the partial answer of a run that the server forgot, and asks anew on demand", async () => {
    const database = freshDatabase();
    const before = visit(database);
    await before.loaded();
    before.line().open();
    before.chat.send("Hello", []);
    const run = before.chat.running()?.id ?? "";
    before.line().receive(event(run, 1, text("Half", 1)));
    await before.chat.flush();

    const after = visit(database);
    await after.loaded();
    after.line().open();
    after.line().receive({ type: "unknown-run", run });
    expect(after.chat.store.get().turns.at(-1)).toMatchObject({ text: "Half", state: { name: "interrupted" } });
    after.chat.regenerate();
    expect(after.line().sent.at(-1)).toMatchObject({ type: "generate", messages: [{ role: "user" }] });
  });

  it("stops the answer, and can undo a clear", async () => {
    const { chat, line, loaded } = visit(freshDatabase());
    await loaded();
    line().open();
    chat.send("Hello", []);
    const run = chat.running()?.id ?? "";
    chat.clear();
    expect(line().sent.at(-1)).toEqual({ type: "stop", run });
    expect(chat.store.get().turns).toEqual([]);
    chat.restore();
    expect(chat.store.get().turns).toHaveLength(2);
  });
});

describe("saved", () => {
  it("gives back a draft, and nothing where the record does not fit", async () => {
    const store = createStore(freshDatabase(), "page");
    const drafts = saved({ key: "draft", schema: draftRecordSchema, store });
    const record = toRecord({ ...emptyDraft, text: "unsent", attachments: [{ key: "k", name: "circle.png", video: false, state: "ready", media: picture }] });
    drafts.write({ ...record, text: "first" });
    drafts.write(record);
    await drafts.flush();
    expect(await drafts.read()).toEqual({ version: 1, text: "unsent", media: [picture] });
    expect(await saved({ key: "draft", schema: conversationRecordSchema, store }).read()).toBeUndefined();
  });
});
