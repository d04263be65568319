import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { z } from "zod";
import { consoleLog, type LogFormat } from "./log.ts";

function logged(format: LogFormat): { log: ReturnType<typeof consoleLog>; lines: () => string[] } {
  let text = "";
  const stream = new Writable({
    write: (chunk: Buffer, _, done) => {
      text += chunk.toString("utf8");
      done();
    },
  });
  return { log: consoleLog({ out: stream, err: stream }, format), lines: () => text.split("\n").slice(0, -1) };
}

const hostile = '\n{"level":"info","event":"forged"}\r\n\u001b[2J\u001b]0;title\u0007\u009b31m\u2028';

test("whatever is in it, an entry is one line of JSON, short and without anything that a terminal acts on", () => {
  const { log, lines } = logged("json");
  log.info(hostile);
  log.event("request", { route: hostile, status: 200 });
  log.fault("http", new Error(hostile, { cause: new Error("x".repeat(1_000_000)) }), { model: "模".repeat(100_000) });
  log.event("large", Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`key${index}`, hostile.repeat(10_000)])));
  expect(lines()).toHaveLength(4);
  for (const line of lines()) {
    expect(z.object({ time: z.iso.datetime(), level: z.enum(["info", "error"]), event: z.string() }).parse(JSON.parse(line)).event).not.toBe("forged");
    expect(line).not.toMatch(/[\p{Cc}\u2028]/u);
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(2048);
  }
});

test("in text, sentences are for people, faults are JSON, and what happens all the time is not said", () => {
  const { log, lines } = logged("text");
  log.info(`Ready.${hostile}`);
  log.event("request", { status: 200 });
  log.fault("http", new Error("broken"));
  expect(lines()).toHaveLength(2);
  expect(lines()[0]).toMatch(/^Ready\.[^\p{Cc}]*$/u);
  expect(JSON.parse(lines()[1] ?? "")).toMatchObject({ level: "error", event: "http" });
});
