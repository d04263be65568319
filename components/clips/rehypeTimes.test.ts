import type { Element, ElementContent, Root } from "hast";
import { expect, test } from "vitest";
import { rehypeTimes, type TimedClips } from "./rehypeTimes.ts";

function element(tagName: string, children: (ElementContent | string)[], className: string[] = []): Element {
  return { type: "element", tagName, properties: { className }, children: children.map((child) => (typeof child === "string" ? { type: "text", value: child } : child)) };
}

/** The tree as text, times as `[text|seconds]` or `[text|seconds-until]`. */
const oneClip: TimedClips = { clips: [{ index: 0, duration: 60 }], current: 0, before: 0 };

function linked(...children: Element[]): string {
  return linkedIn(oneClip, ...children);
}

function linkedIn(clips: TimedClips, ...children: Element[]): string {
  const tree: Root = { type: "root", children };
  rehypeTimes(clips)(tree);
  const write = (node: Root | ElementContent | Root["children"][number]): string => {
    if (node.type === "text") return node.value;
    if (node.type !== "element" && node.type !== "root") return "";
    const inner = node.children.map(write).join("");
    if (node.type === "root" || node.tagName !== "time") return inner;
    const { dataClip, dataSeconds, dataUntil } = node.properties;
    return `[${inner}|${clips.clips.length > 1 ? `${String(dataClip)}:` : ""}${String(dataSeconds)}${dataUntil === undefined ? "" : `-${String(dataUntil)}`}]`;
  };
  return write(tree);
}

test("times in prose become times, the words around them stay", () => {
  expect(linked(element("p", ["At 0:12 a dog, at 3 s a cat."]))).toBe("At [0:12|12] a dog, at [3 s|3] a cat.");
});

test("a time that goes over elements is one in each of them", () => {
  expect(linked(element("p", [element("strong", ["0:12"]), "–0:15: a dog"]))).toBe("[0:12|12-15][–0:15|12-15]: a dog");
});

test("no time goes over the end of a line or a cell", () => {
  expect(linked(element("tr", [element("td", ["0:12"]), element("td", ["0:15"])]))).toBe("[0:12|12][0:15|15]");
});

test("numbers of JSON whose key is a time are times, in the pieces that highlighting makes", () => {
  const code = element("code", ["{", element("span", ['"time"'], ["hljs-attr"]), element("span", [":"]), " ", element("span", ["1.5"], ["hljs-number"]), "}"], ["hljs", "language-json"]);
  expect(linked(element("pre", [code]))).toBe('{"time": [1.5|1.5]}');
});

test("links, formulas and programs are left alone", () => {
  expect(linked(element("p", [element("a", ["0:12"]), element("span", ["0:13"], ["katex"]), element("code", ["x = 0:14"], ["language-python"])]))).toBe("0:120:13x = 0:14");
});

test("of several clips a time belongs to the one that was named last, if it is so long", () => {
  const clips = { clips: [{ index: 0, duration: 60 }, { index: 2, duration: 10 }], current: 0, before: 0 };
  const paragraphs = [element("p", ["At 0:05 rain. Video 2: at 0:07 snow, at 0:30 nothing."]), element("p", ["At 0:08 it ends; video 1 at 0:30."])];
  expect(linkedIn(clips, ...paragraphs)).toBe("At [0:05|0:5] rain. Video 2: at [0:07|2:7] snow, at 0:30 nothing.At [0:08|2:8] it ends; video 1 at [0:30|0:30].");
});
