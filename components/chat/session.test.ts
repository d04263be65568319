import "fake-indexeddb/auto";
import { describe, expect, it, vi } from "vitest";
import { Database } from "../conversations/database.ts";
import { defaultSettings } from "../settings/settings.ts";
import type { TurnName } from "./reducer.ts";
import { ChatSession } from "./session.ts";
import { event, finish, picture, TestSocket, text } from "./testing.ts";

const opened = { database: 0 };
const freshDatabase = () => `conversations-${++opened.database}`;

interface VisitOptions {
  onAnswered?: (name: TurnName) => void;
  place?: { conversation: string | undefined };
  /** Ids that the server is given again. */
  restored?: string[];
  /** How long that takes. */
  restoring?: Promise<void>;
  channel?: ConstructorParameters<typeof ChatSession>[0]["channel"];
}

/** Of a page that others tell of their changes. */
const silent = (): NonNullable<VisitOptions["channel"]> => ({ postMessage: () => undefined, onmessage: null });

/** A visit to the page: its socket, its conversations, and frames that the test draws. */
function visit(name: string, { place = { conversation: undefined }, restored, restoring, channel, onAnswered }: VisitOptions = {}) {
  const lines: TestSocket[] = [];
  const frames: (() => void)[] = [];
  const database = new Database(name);
  const chat = new ChatSession({
    connect: () => {
      const socket = new TestSocket();
      lines.push(socket);
      return socket;
    },
    database,
    media: {
      secure: () => Promise.resolve(),
      sweep: () => Promise.resolve(),
      restoreAll: async (ids) => {
        restored?.push(...ids);
        await restoring;
        return restored !== undefined;
      },
    },
    place: { read: () => place.conversation, write: (id) => (place.conversation = id) },
    ...(channel && { channel }),
    ...(onAnswered && { onAnswered }),
    schedule: (flush) => frames.push(flush),
    now: () => 0,
  });
  chat.start();
  return {
    chat,
    database,
    place,
    line: () => lines.at(-1) ?? new TestSocket(),
    drawFrame: () => frames.splice(0).forEach((flush) => flush()),
    frames,
    loaded: () => new Promise<void>((resolve) => {
      if (chat.store.get().loaded) resolve();
      chat.store.subscribe(() => chat.store.get().loaded && resolve());
    }),
    shown: () => chat.store.get().turns,
    /** As another page does that has written these conversations. */
    tell: (...conversations: string[]) => {
      const other = new BroadcastChannel("unused");
      channel?.onmessage?.call(other, new MessageEvent("message", { data: conversations }));
      other.close();
    },
  };
}

async function ready(name: string, options?: VisitOptions) {
  const page = visit(name, options);
  await page.loaded();
  page.line().open();
  return page;
}

type Visit = Awaited<ReturnType<typeof ready>>;

function answer({ chat, line, drawFrame }: Visit, words: string, reason: Parameters<typeof finish>[0] = "eos"): void {
  const run = chat.running()?.run ?? "";
  line().receive(event(run, 1, text(words, 1)));
  line().receive(event(run, 2, finish(reason)));
  drawFrame();
}

describe("ChatSession", () => {
  it("shows what arrives within one frame at once", async () => {
    const { chat, line, frames, drawFrame, shown } = await ready(freshDatabase());
    chat.send("Hello", []);
    const run = chat.running()?.run ?? "";
    let changes = 0;
    chat.store.subscribe(() => changes++);
    for (let seq = 1; seq <= 50; seq++) line().receive(event(run, seq, text("x", seq)));
    expect([frames.length, changes]).toEqual([1, 0]);
    drawFrame();
    expect(changes).toBe(1);
    expect(shown().at(-1)).toMatchObject({ text: "x".repeat(50), seq: 50 });
  });

  it("tells of answers that have ended by themselves, not of those that the reader has stopped", async () => {
    const answered: string[] = [];
    const page = await ready(freshDatabase(), { onAnswered: ({ turn }) => answered.push(turn) });
    page.chat.send("One", []);
    const first = page.chat.running()?.id;
    answer(page, "1");
    page.chat.send("Two", []);
    page.chat.stop();
    // It had come to its end before the server heard of it.
    answer(page, "2");
    expect(answered).toEqual([first]);
  });

  it("tells of an answer in the page that has asked for it, not in another that shows it too", async () => {
    const name = freshDatabase();
    const answered: string[] = [];
    const one = await ready(name, { onAnswered: () => answered.push("one") });
    const two = await ready(name, { onAnswered: () => answered.push("two"), channel: silent() });
    one.chat.send("Hello", []);
    const run = one.chat.running()?.run ?? "";
    const { current } = one.chat.store.get();
    one.line().receive(event(run, 1, text("H", 1)));
    await one.chat.flush();
    two.tell(current);
    await vi.waitUntil(() => two.chat.store.get().conversations.has(current));
    await two.chat.open(current);
    for (const page of [two, one]) {
      page.line().receive(event(run, 2, finish("eos")));
      page.drawFrame();
      expect(page.shown().at(-1)).toMatchObject({ text: "H", state: { name: "finished" } });
    }
    expect(answered).toEqual(["one"]);
  });

  it("goes on after a reload where it was, without loss or doubles", async () => {
    const name = freshDatabase();
    const before = await ready(name);
    before.chat.send("What is this?", [picture]);
    const run = before.chat.running()?.run ?? "";
    before.line().receive(event(run, 1, text("A red ", 2)));
    // Not drawn yet: leaving the page must not lose it.
    await before.chat.flush();
    before.chat[Symbol.dispose]();

    const after = await ready(name, { place: before.place });
    expect(after.line().sent).toEqual([{ type: "resume", run, after: 1 }]);
    after.line().receive(event(run, 1, text("A red ", 2)));
    after.line().receive(event(run, 2, text("circle.", 4)));
    after.line().receive(event(run, 3, finish("eos", 4)));
    after.drawFrame();
    expect(after.shown()).toMatchObject([{ text: "What is this?", media: [picture] }, { text: "A red circle.", state: { name: "finished" } }]);
  });

  it("keeps the partial answer of a run that the server forgot, and asks anew on demand, as a version", async () => {
    const name = freshDatabase();
    const before = await ready(name);
    before.chat.send("Hello", []);
    const run = before.chat.running()?.run ?? "";
    before.line().receive(event(run, 1, text("Half", 1)));
    await before.chat.flush();

    const after = await ready(name, { place: before.place });
    after.line().receive({ type: "unknown-run", run });
    expect(after.shown().at(-1)).toMatchObject({ text: "Half", state: { name: "interrupted" } });
    after.chat.regenerate();
    expect(after.line().sent.at(-1)).toMatchObject({ type: "generate", messages: [{ role: "user" }] });
    expect(after.chat.store.get().siblings.get(after.chat.running()?.id ?? "")).toHaveLength(2);
  });

  it("continues an answer that reached its limit: its text is the open end of the prompt", async () => {
    const page = await ready(freshDatabase());
    page.chat.send("Count.", []);
    answer(page, "One, ", "length");
    const id = page.shown().at(-1)?.id ?? "";
    page.chat.continueAnswer(id);
    const asked = { type: "generate", messages: [{ role: "user" }, { role: "assistant", content: [{ type: "text", text: "One, " }] }], settings: { continue_final_message: true } };
    expect(page.line().sent.at(-1)).toMatchObject(asked);
    answer(page, "two");
    expect(page.shown()).toMatchObject([{ role: "user" }, { id, text: "One, two", state: { name: "finished", reason: "eos" } }]);
  });

  it("asks an edited question beside the first, and keeps both", async () => {
    const page = await ready(freshDatabase());
    page.chat.send("What?", [picture]);
    answer(page, "A circle.");
    const [first] = page.shown();
    page.chat.editQuestion(first?.id ?? "", { text: "Which color?", media: [] });
    answer(page, "Red.");
    expect(page.shown()).toMatchObject([{ text: "Which color?" }, { text: "Red." }]);
    page.chat.choose(first?.id ?? "");
    expect(page.shown()).toMatchObject([{ text: "What?" }, { text: "A circle." }]);
    page.chat.editAnswer(page.shown().at(-1)?.id ?? "", "A disc.");
    expect(page.shown().at(-1)).toMatchObject({ text: "A disc.", state: { name: "edited" } });
    page.chat.send("Sure?", []);
    expect(page.line().sent.at(-1)).toMatchObject({ messages: [{ role: "user" }, { content: [{ text: "A disc." }] }, { content: [{ text: "Sure?" }] }] });
  });

  it("writes answers of two conversations at once, and finds both after a reload", async () => {
    const name = freshDatabase();
    const page = await ready(name);
    page.chat.send("First", []);
    const [one, first] = [page.chat.running()?.run ?? "", page.chat.store.get().current];
    page.chat.create();
    page.chat.send("Second", []);
    const two = page.chat.running()?.run ?? "";
    page.line().receive(event(two, 1, text("2", 1)));
    page.line().receive(event(one, 1, text("1", 1)));
    page.line().receive(event(one, 2, finish("eos")));
    page.drawFrame();
    expect(page.shown()).toMatchObject([{ text: "Second" }, { text: "2" }]);
    await page.chat.open(first);
    expect(page.shown()).toMatchObject([{ text: "First" }, { text: "1" }]);
    await page.chat.flush();

    const later = await ready(name, { place: page.place });
    expect(later.line().sent).toEqual([{ type: "resume", run: two, after: 1 }]);
    expect([...later.chat.store.get().conversations.values()].map(({ title }) => title).sort()).toEqual(["First", "Second"]);
    expect(later.shown()).toMatchObject([{ text: "First" }, { text: "1" }]);
  });

  it("deletes a conversation for good, and gives it back while that can be undone", async () => {
    const name = freshDatabase();
    const page = await ready(name);
    page.chat.send("Hello", []);
    answer(page, "Hi.");
    const { current } = page.chat.store.get();
    await page.chat.removeConversation(current);
    expect(page.shown()).toEqual([]);
    await page.chat.flush();
    expect([await page.database.conversations(), await page.database.turns(current)]).toEqual([[], []]);
    page.chat.restore();
    await page.chat.flush();
    expect(page.shown()).toHaveLength(2);
    expect(await page.database.turns(current)).toHaveLength(2);
  });

  it("stops the answers that it deletes", async () => {
    const page = await ready(freshDatabase());
    page.chat.send("Hello", []);
    const run = page.chat.running()?.run ?? "";
    page.chat.remove(page.shown()[0]?.id ?? "");
    expect(page.line().sent.at(-1)).toEqual({ type: "stop", run });
    expect(page.shown()).toEqual([]);
    page.chat.restore();
    expect(page.shown()).toHaveLength(2);
  });

  it("gives the server media that it forgot, once, and asks again", async () => {
    const restored: string[] = [];
    const page = await ready(freshDatabase(), { restored });
    page.chat.send("What?", [picture]);
    const missing = { type: "error" as const, error: { code: "media_missing" as const, params: { media: picture.id, name: "" } } };
    const first = page.chat.running()?.run ?? "";
    page.line().receive(event(first, 1, missing));
    await Promise.resolve();
    await Promise.resolve();
    expect(restored).toEqual([picture.id]);
    const second = page.chat.running()?.run ?? "";
    expect([second === first, page.line().sent.at(-1)]).toMatchObject([false, { type: "generate", run: second }]);
    page.line().receive(event(second, 1, missing));
    await Promise.resolve();
    page.drawFrame();
    expect(page.shown().at(-1)).toMatchObject({ state: { name: "failed", error: { code: "media_missing" } } });
  });

  it.each(["stopped", "taken away"])("does not ask again for an answer that was %s while media were given back", async (how) => {
    let restored = (): void => undefined;
    const restoring = new Promise<void>((resolve) => (restored = resolve));
    const page = await ready(freshDatabase(), { restored: [], restoring });
    page.chat.send("What?", [picture]);
    const answer = page.chat.running();
    page.line().receive(event(answer?.run ?? "", 1, { type: "error", error: { code: "media_missing", params: { media: picture.id, name: "" } } }));
    if (how === "stopped") page.chat.stop();
    else page.chat.remove(answer?.id ?? "");
    restored();
    await new Promise((resolve) => setTimeout(resolve));
    if (how === "taken away") page.chat.restore();
    expect(page.shown().at(-1)).toMatchObject({ state: { name: "interrupted" } });
    expect(page.line().sent).toHaveLength(1);
  });

  it("keeps what the browser's database does not take while the page is open, and writes it as soon as it does", async () => {
    const name = freshDatabase();
    const page = await ready(name);
    const full = vi.spyOn(page.database, "write").mockRejectedValue(new DOMException("The disk is full", "QuotaExceededError"));
    const first = page.chat.store.get().current;
    page.chat.send("Hello", []);
    answer(page, "Hi.");
    await page.chat.flush();
    expect(page.chat.store.get().stored).toBe(false);
    page.chat.create();
    page.chat.send("Another", []);
    answer(page, "Yes.");
    // It can be saved as a file.
    expect(await page.chat.turnsOf(first)).toMatchObject([{ text: "Hello" }, { text: "Hi." }]);
    await page.chat.open(first);
    expect(page.shown()).toMatchObject([{ text: "Hello" }, { text: "Hi." }]);

    full.mockRestore();
    page.chat.rename(first, "Greeting");
    await page.chat.flush();
    expect(await new Database(name).turns(first)).toHaveLength(2);
    expect((await new Database(name).conversations()).map(({ title }) => title).sort()).toEqual(["Another", "Greeting"]);
  });

  it("notices what another page of the browser does", async () => {
    const name = freshDatabase();
    const told: unknown[] = [];
    const channel: NonNullable<VisitOptions["channel"]> = { postMessage: (data) => void told.push(data), onmessage: null };
    const one = await ready(name, { channel });
    one.chat.send("Hello", []);
    answer(one, "Hi.");
    await one.chat.flush();
    expect(told.flat()).toContain(one.chat.store.get().current);

    const two = await ready(name, { place: { conversation: one.chat.store.get().current }, channel: silent() });
    one.chat.send("More", []);
    one.chat.rename(one.chat.store.get().current, "Renamed");
    await one.chat.flush();
    const changed = new Promise<void>((resolve) => two.chat.store.subscribe(resolve));
    two.tell(one.chat.store.get().current);
    await changed;
    expect(two.shown()).toMatchObject([{ text: "Hello" }, { text: "Hi." }, { text: "More" }, { state: { name: "waiting" } }]);
    expect(two.chat.store.get().conversations.get(two.chat.store.get().current)?.title).toBe("Renamed");
  });

  it("keeps what was said here while it read what another page wrote", async () => {
    const name = freshDatabase();
    const one = await ready(name);
    one.chat.send("Hello", []);
    answer(one, "Hi.");
    await one.chat.flush();
    const { current } = one.chat.store.get();
    const two = await ready(name, { place: { conversation: current }, channel: silent() });
    const read = vi.spyOn(two.database, "turns").mockImplementationOnce(async (id) => {
      const turns = await new Database(name).turns(id);
      two.chat.send("Meanwhile", []);
      two.chat.rename(current, "Renamed");
      return turns;
    });
    two.tell(current);
    await vi.waitUntil(() => read.mock.calls.length > 0);
    await vi.waitUntil(() => two.chat.running());
    await two.chat.flush();
    await new Promise((resolve) => setTimeout(resolve));
    expect(two.shown()).toMatchObject([{ text: "Hello" }, { text: "Hi." }, { text: "Meanwhile" }, { state: { name: "waiting" } }]);
    expect(two.chat.store.get().conversations.get(current)?.title).toBe("Renamed");
  });

  it("stays as it is where what another page wrote cannot be read", async () => {
    const page = await ready(freshDatabase(), { channel: silent() });
    page.chat.send("Hello", []);
    answer(page, "Hi.");
    await page.chat.flush();
    const { current } = page.chat.store.get();
    for (const read of ["conversation", "turns"] as const) {
      const failing = vi.spyOn(page.database, read).mockRejectedValueOnce(new Error("The disk is gone"));
      page.tell(current);
      await vi.waitUntil(() => failing.mock.calls.length > 0);
      await new Promise((resolve) => setTimeout(resolve));
      expect(page.chat.store.get().current).toBe(current);
      expect(page.shown()).toMatchObject([{ text: "Hello" }, { text: "Hi." }]);
    }
  });

  it("keeps settings with the conversation", async () => {
    const name = freshDatabase();
    const page = await ready(name);
    page.chat.updateSettings({ ...defaultSettings, systemPrompt: "Be brief." });
    page.chat.send("Hello", []);
    expect(page.line().sent.at(-1)).toMatchObject({ messages: [{ role: "system", content: [{ text: "Be brief." }] }, { role: "user" }] });
    await page.chat.flush();
    expect(await page.database.conversations()).toMatchObject([{ title: "Hello", settings: { systemPrompt: "Be brief." } }]);
  });
});
