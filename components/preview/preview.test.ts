import { describe, expect, it } from "vitest";
import { addLine, fromFrameSchema, type ConsoleLine } from "./frame.ts";
import { draftDrawing, draftOf } from "./pages.ts";

describe("a page that is being written", () => {
  it.each([
    ["<p>a</p><p", "<p>a</p>"],
    ["<style>p { color", ""],
    ["<style>p{}</style><p>x", "<style>p{}</style><p>x"],
    ["<p>x</p><script>let a = 1 < 2", "<p>x</p>"],
    ["<p>x</p><SCRIPT>a</SCRIPT><p>y", "<p>x</p><SCRIPT>a</SCRIPT><p>y"],
    ["", ""],
  ])("%j is shown as %j", (html, shown) => {
    expect(draftOf(html)).toBe(shown);
  });

  it("keeps its shapes", () => {
    expect(draftDrawing('<svg><circle r="1"/><rect wid')).toBe('<svg><circle r="1"/>');
  });
});

describe("what the frame says", () => {
  it("is taken in the agreed form only", () => {
    expect(fromFrameSchema.safeParse({ type: "console", level: "error", text: "x" }).success).toBe(true);
    for (const message of [undefined, "ready", { type: "console", level: "error", text: "x".repeat(5000) }, { type: "run", html: "" }]) expect(fromFrameSchema.safeParse(message).success).toBe(false);
  });

  it("is counted where it is said again, and bounded", () => {
    let lines: readonly ConsoleLine[] = [];
    for (let index = 0; index < 300; index++) lines = addLine(lines, { level: "log", text: "same" });
    expect(lines).toEqual([{ level: "log", text: "same", count: 300 }]);
    for (let index = 0; index < 300; index++) lines = addLine(lines, { level: "log", text: String(index) });
    expect(lines).toHaveLength(100);
    expect(lines.at(-1)).toEqual({ level: "log", text: "299", count: 1 });
  });
});
