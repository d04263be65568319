import "fake-indexeddb/auto";
import { openDB } from "idb";
import { describe, expect, it } from "vitest";
import { finish, picture } from "../chat/testing.ts";
import { newAnswer, newQuestion } from "../chat/turns.ts";
import { newConversation } from "./conversation.ts";
import { Database, draftKey } from "./database.ts";
import { MediaKeeper } from "./media.ts";
import { migrateFormerRecord } from "./migrate.ts";
import { Saver } from "./saver.ts";
import { treeOf } from "./tree.ts";

const opened = { count: 0 };
const fresh = () => new Database(`database-${++opened.count}`);
const run = "11111111-1111-4111-8111-111111111111";
const talk = { ...newConversation("talk", 1), title: "Talk" };
const question = newQuestion({ parent: "talk", created: 1 }, { text: "What?", media: [picture] });
const answer = newAnswer({ parent: question.id, created: 2 }, run);

async function write(database: Database, ...turns: (typeof question | typeof answer)[]): Promise<void> {
  await database.write({
    conversations: new Map([[talk.id, talk]]),
    turns: new Map(turns.map((turn) => [turn.id, { conversation: talk.id, id: turn.id, turn }])),
  });
}

describe("Database", () => {
  it("keeps conversations, and knows which have an answer under way", async () => {
    const database = fresh();
    await write(database, question, answer);
    expect(await database.conversations()).toEqual([talk]);
    expect(treeOf(await database.turns("talk"))).toEqual(treeOf([question, answer]));
    expect(await database.unfinished()).toEqual(["talk"]);
    await write(database, { ...answer, state: { name: "interrupted" } });
    expect(await database.unfinished()).toEqual([]);
  });

  it("removes a conversation with its turns and its draft, and no other", async () => {
    const database = fresh();
    await write(database, question);
    await database.write({ conversations: new Map(), turns: new Map([["o", { conversation: "talk2", id: "o", turn: { ...question, id: "o" } }]]) });
    await database.setValue(draftKey("talk"), "draft");
    await database.write({ conversations: new Map([["talk", undefined]]), turns: new Map() });
    expect([await database.conversations(), await database.turns("talk"), await database.value(draftKey("talk"))]).toEqual([[], [], undefined]);
    expect(await database.turns("talk2")).toHaveLength(1);
  });

  it("leaves out what it does not understand", async () => {
    const database = fresh();
    await write(database, question);
    const raw = await openDB(`database-${opened.count}`);
    await raw.put("conversations", { id: "odd", title: 7 });
    await raw.put("turns", { conversation: "talk", id: "odd", role: "ghost" });
    raw.close();
    expect([await database.conversations(), await database.turns("talk")]).toEqual([[talk], [question]]);
  });
});

describe("Saver", () => {
  it("writes only what has changed", async () => {
    const writes: string[][] = [];
    const database = fresh();
    const saver = new Saver({
      database: Object.assign(Object.create(database) as Database, {
        write: (changes: Parameters<Database["write"]>[0]) => {
          writes.push([...changes.conversations.keys(), ...[...changes.turns.values()].map(({ id, turn }) => (turn ? id : `-${id}`))]);
          return Promise.resolve();
        },
      }),
      onSaved: () => undefined,
      onFault: () => undefined,
    });
    const conversations = new Map([["talk", talk]]);
    const tree = treeOf([question, answer]);
    saver.adopt({ conversations, trees: new Map([["talk", tree]]) });
    saver.change({ conversations, trees: new Map([["talk", new Map(tree).set(run, { ...answer, text: "A" })]]) });
    await saver.flush();
    saver.change({ conversations, trees: new Map([["talk", treeOf([question])]]) });
    await saver.flush();
    // Out of memory is not deleted.
    saver.change({ conversations, trees: new Map() });
    await saver.flush();
    expect(writes).toEqual([[run], [`-${run}`]]);
  });
});

describe("the record of the former page", () => {
  const formerTurns = [
    { role: "user", id: "u1", text: "What is this?", media: [picture] },
    { role: "assistant", id: run, text: "A circle.", tokens: 3, seq: 4, stopping: false, state: { name: "finished", ...finishState() } },
    { role: "user", id: "u2", text: "Sure?", media: [] },
  ];

  function finishState() {
    const event = finish("eos", 3);
    return event.type === "finish" ? { reason: event.reason, usage: event.usage, timings: event.timings } : {};
  }

  it("becomes a conversation with its draft, once", async () => {
    const former = await openDB("qwen3-vl-web-demo", 1, { upgrade: (database) => void database.createObjectStore("page") });
    await former.put("page", { version: 1, turns: formerTurns }, "conversation");
    await former.put("page", { version: 1, text: "unsent", media: [] }, "draft");
    former.close();
    const database = fresh();
    const id = await migrateFormerRecord(database, 1000);
    const [conversation] = await database.conversations();
    expect([id, conversation?.title]).toEqual([conversation?.id, "What is this?"]);
    const [first, second, third] = [...treeOf(await database.turns(id ?? "")).values()];
    expect(first).toMatchObject({ parent: id, text: "What is this?", media: [picture] });
    expect(second).toMatchObject({ parent: "u1", run, text: "A circle.", continued: 0, state: { name: "finished", reason: "eos" } });
    expect(third).toMatchObject({ parent: run, text: "Sure?" });
    expect(await database.value(draftKey(id ?? ""))).toMatchObject({ text: "unsent" });
    expect(await migrateFormerRecord(database, 2000)).toBeUndefined();
  });

  it("need not be there", async () => {
    indexedDB.deleteDatabase("qwen3-vl-web-demo");
    const database = fresh();
    expect(await migrateFormerRecord(database, 1000)).toBeUndefined();
    expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain("qwen3-vl-web-demo");
  });
});

describe("MediaKeeper", () => {
  const file = new File(["pixels"], "circle.png", { type: "image/png" });
  const options = { signal: new AbortController().signal, onProgress: () => undefined };

  function keeper(database: Database, onServer: Set<string>) {
    const requests: string[] = [];
    const uploads: string[] = [];
    const media = new MediaKeeper({
      database,
      upload: async (upload) => {
        uploads.push(await upload.text());
        onServer.add(picture.id);
        return picture;
      },
      request: (url, init) => {
        const id = url.split("/").at(-1) ?? "";
        requests.push(`${init?.method ?? "GET"} ${id}`);
        if (init?.method === "DELETE") onServer.delete(id);
        return Promise.resolve(onServer.has(id) ? new Response("from the server") : new Response(null, { status: 404 }));
      },
      now: () => 0,
    });
    return { media, requests, uploads };
  }

  it("gives the server again what it has forgotten", async () => {
    const database = fresh();
    const onServer = new Set<string>();
    const { media, uploads } = keeper(database, onServer);
    await media.upload(file, options);
    expect(await media.restoreAll([picture.id])).toBe(true);
    expect(uploads).toHaveLength(1);
    onServer.clear();
    expect(await media.restoreAll([picture.id, picture.id])).toBe(true);
    expect(uploads).toEqual(["pixels", "pixels"]);
    expect(await media.restoreAll(["b".repeat(64)])).toBe(false);
  });

  it("takes what the server has fetched by itself", async () => {
    const database = fresh();
    const { media } = keeper(database, new Set([picture.id]));
    await media.secure([picture]);
    expect(await (await database.medium(picture.id))?.blob.text()).toBe("from the server");
  });

  it("removes what no conversation and no draft names any more", async () => {
    const database = fresh();
    const onServer = new Set<string>();
    const { media, requests } = keeper(database, onServer);
    await media.upload(file, options);
    const later = new MediaKeeper({ database, upload: media.upload, request: (_url, init) => Promise.resolve(new Response(String(requests.push(init?.method ?? "")))), now: () => 10 * 3_600_000 });
    await write(database, question);
    await later.sweep();
    expect(await database.hasMedium(picture.id)).toBe(true);
    await database.write({ conversations: new Map([["talk", undefined]]), turns: new Map() });
    await database.setValue(draftKey("other"), { version: 1, text: "", media: [picture] });
    await later.sweep();
    expect(await database.hasMedium(picture.id)).toBe(true);
    await database.removeValue(draftKey("other"));
    await later.sweep();
    expect([await database.hasMedium(picture.id), requests.at(-1)]).toEqual([false, "DELETE"]);
  });
});
