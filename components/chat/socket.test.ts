import { describe, expect, it } from "vitest";
import { backoff, ChatSocket, type GenerateMessage, type SocketReport } from "./socket.ts";
import { event, finish, TestSocket, text } from "./testing.ts";

const run = "11111111-1111-4111-8111-111111111111";
const request: GenerateMessage = {
  type: "generate",
  run,
  messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
  settings: { sampling: {}, stop: [], add_vision_id: false },
};

/** A socket that connects again at once, with every connection it made. */
function line() {
  const lines: TestSocket[] = [];
  const reports: SocketReport[] = [];
  const waiting: (() => void)[] = [];
  const socket = new ChatSocket({
    connect: () => {
      const test = new TestSocket();
      lines.push(test);
      waiting.shift()?.();
      return test;
    },
    report: (report) => reports.push(report),
    delay: () => 0,
  });
  socket.start();
  const last = () => lines.at(-1) ?? new TestSocket();
  const next = () => new Promise<void>((resolve) => waiting.push(resolve));
  return {
    socket,
    last,
    words: () => reports.flatMap((report) => (report.type === "event" && report.event.type === "text" ? [report.event.delta] : [])),
    kinds: () => reports.map((report) => (report.type === "connection" ? report.connection : report.type)),
    reconnect: async () => {
      const connected = next();
      last().lose();
      await connected;
      last().open();
    },
  };
}

describe("ChatSocket", () => {
  it("keeps what is sent before the connection is there", () => {
    const { socket, last } = line();
    socket.generate(request);
    expect(last().sent).toEqual([]);
    last().open();
    expect(last().sent).toMatchObject([{ type: "generate", run }]);
  });

  it("asks for the rest after a lost connection, without loss or doubles", async () => {
    const { socket, last, words, reconnect } = line();
    last().open();
    socket.generate(request);
    last().receive(event(run, 1, text("one ", 1)));
    last().receive(event(run, 2, text("two ", 2)));
    await reconnect();
    expect(last().sent).toEqual([{ type: "resume", run, after: 2 }]);
    last().receive(event(run, 2, text("two ", 2)));
    last().receive(event(run, 3, text("three", 3)));
    expect(words()).toEqual(["one ", "two ", "three"]);
  });

  it("asks again when an event is missing, and takes none out of order", () => {
    const { socket, last, words } = line();
    last().open();
    socket.generate(request);
    last().receive(event(run, 1, text("one ", 1)));
    last().receive(event(run, 3, text("three", 3)));
    last().receive(event(run, 4, text("!", 4)));
    expect(last().sent.slice(1)).toEqual([{ type: "resume", run, after: 1 }]);
    for (const [seq, word] of [[2, "two "], [3, "three"], [4, "!"]] as const) last().receive(event(run, seq, text(word, seq)));
    expect(words()).toEqual(["one ", "two ", "three", "!"]);
  });

  it("sends a request again that the server never got", async () => {
    const { socket, last, kinds, reconnect } = line();
    last().open();
    socket.generate(request);
    await reconnect();
    last().receive({ type: "unknown-run", run });
    expect(last().sent).toMatchObject([{ type: "resume", run, after: 0 }, { type: "generate", run }]);
    expect(kinds()).not.toContain("unknown-run");
  });

  it("reports a run that the server forgot after it had begun", async () => {
    const { socket, last, kinds, reconnect } = line();
    last().open();
    socket.generate(request);
    last().receive(event(run, 1, text("one", 1)));
    await reconnect();
    last().receive({ type: "unknown-run", run });
    expect(last().sent).toHaveLength(1);
    expect(kinds().at(-1)).toBe("unknown-run");
  });

  it("takes up a run of a former visit", () => {
    const { socket, last, words } = line();
    socket.resume(run, 7);
    last().open();
    expect(last().sent).toEqual([{ type: "resume", run, after: 7 }]);
    last().receive(event(run, 8, text("on", 8)));
    expect(words()).toEqual(["on"]);
  });

  it("forgets a run that ended, and repeats a stop that may have been lost", async () => {
    const { socket, last, reconnect } = line();
    last().open();
    socket.generate(request);
    socket.stop(run);
    await reconnect();
    expect(last().sent).toEqual([{ type: "resume", run, after: 0 }, { type: "stop", run }]);
    last().receive(event(run, 1, finish("abort")));
    await reconnect();
    expect(last().sent).toEqual([]);
  });

  it("ignores what is not in the agreed form", () => {
    const { last, kinds } = line();
    last().open();
    last().receive({ type: "event", run, seq: "first" });
    last().receive("hello");
    expect(kinds()).toEqual(["open"]);
  });

  it("waits longer from attempt to attempt, up to ten seconds", () => {
    expect(backoff(0)).toBeLessThan(320);
    expect(backoff(4)).toBeGreaterThan(2900);
    expect(backoff(50)).toBeLessThanOrEqual(10_000);
  });
});
