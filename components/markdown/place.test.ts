import { common, createLowlight } from "lowlight";
import { createElement, type ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { difference, EditedText } from "./edits.ts";
import type { NamedRange } from "./place.ts";
import { en } from "../i18n/en.ts";
import { LanguageProvider } from "../i18n/LanguageProvider.tsx";
import { noResults } from "../results/types.ts";
import { FocusProvider } from "../viewer/FocusProvider.tsx";
import { codeChunks } from "./codeChunks.ts";
import { Markdown } from "./Markdown.tsx";
import { markCode } from "./rehypeMarks.ts";

/** The part of an answer that says this. */
function named(answer: string, id: string, words: string): NamedRange {
  const start = answer.indexOf(words);
  if (start < 0) throw new Error(`${words} is not in the answer`);
  return { id, range: { start, end: start + words.length } };
}

/** What the marks of a rendered answer hold, by their names, in their order; without tags. */
function marked(answer: string, ranges: readonly NamedRange[], partial = false): [string, string][] {
  const html = render(answer, ranges, partial);
  return [...html.matchAll(/<mark data-mark="(\w+)"[^>]*>([\s\S]*?)<\/mark>/g)].map(([, id = "", inner = ""]) => [id, decode(inner.replace(/<[^>]*>/g, ""))]);
}

function render(answer: string, marks: readonly NamedRange[], partial = false): string {
  const links = { answer: "turn", media: [], results: noResults, marks, previews: [] };
  const inside = (child: ReactNode): ReactNode => createElement(LanguageProvider, { initial: "en", messages: en, children: createElement(FocusProvider, { children: child }) });
  return renderToStaticMarkup(inside(createElement(Markdown, { text: answer, partial, links })));
}

function decode(html: string): string {
  return html.replaceAll("&quot;", '"').replaceAll("&#x27;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

describe("EditedText", () => {
  it("knows where each place went", () => {
    const edited = new EditedText("0123456789", [
      { start: 2, end: 4, text: "abc" },
      { start: 7, end: 7, text: "--" },
    ]);
    expect(edited.text).toBe("01abc456--789");
    for (const digit of "01456789") expect(edited.text[edited.place(Number(digit))]).toBe(digit);
  });

  it("finds the one difference between two texts", () => {
    const [edit] = difference("A **red", "A **red**");
    expect(edit).toEqual({ start: 7, end: 7, text: "**" });
    expect(new EditedText("aba", difference("aba", "aa")).text).toBe("aa");
  });
});

describe("the marks of an answer", () => {
  const object = '{"bbox_2d": [1, 2, 3, 4], "label": "a \\"red\\" cup"}';

  it("are objects in a fenced list", () => {
    const answer = `Here:\n\n\`\`\`json\n[\n\t${object},\n\t{"bbox_2d": [5, 6, 7, 8],\n\t "label": "杯子"}\n]\n\`\`\`\nDone.`;
    const second = '{"bbox_2d": [5, 6, 7, 8],\n\t "label": "杯子"}';
    expect(marked(answer, [named(answer, "a", object), named(answer, "b", second)])).toEqual([["a", object], ["b", second]]);
  });

  it("are found in bare JSON, which is put into a fence", () => {
    const answer = `\n [${object}]`;
    expect(marked(answer, [named(answer, "a", object)])).toEqual([["a", object]]);
  });

  it("are found while the answer is being written", () => {
    const answer = `[${object}, {"bbox_2d": [5, `;
    expect(marked(answer, [named(answer, "a", object)], true)).toEqual([["a", object]]);
  });

  it("are words in a paragraph, behind formulas that are written anew", () => {
    const answer = "With \\(a^2\\) and $b$ costs $5.\n\nThen the cat jumps at 0:03 onto the table & *sleeps at 1:20*.";
    expect(marked(answer, [named(answer, "a", "0:03"), named(answer, "b", "sleeps"), named(answer, "c", "table & *sleeps at 1:20*")])).toEqual(
      expect.arrayContaining([["a", "0:03"]]),
    );
    expect(render(answer, [named(answer, "b", "sleeps")])).toMatch(/<em><mark data-mark="b"[^>]*>sleeps<\/mark> at 1:20<\/em>/);
  });

  it("begin and end within other elements", () => {
    const answer = "one **two three** four";
    expect(marked(answer, [named(answer, "a", "three** fo")])).toEqual([["a", "three"], ["a", " fo"]]);
  });

  it("lie within each other", () => {
    const answer = "```html\n<div data-bbox=\"1 2 3 4\"><p>in</p></div>\n```";
    const html = render(answer, [named(answer, "inner", "<p>in</p>"), named(answer, "outer", '<div data-bbox="1 2 3 4"><p>in</p></div>')]);
    expect(html).toMatch(/<mark data-mark="outer"[^>]*>[^<]*<mark data-mark="inner"[^>]*>&lt;p&gt;in&lt;\/p&gt;<\/mark>[^<]*<\/mark>/);
  });

  it("are found in code within a list, in tables, and where entities and escapes are longer than what they stand for", () => {
    const answer = "- x\n\n  ```json\n  {\"a\":\n    1}\n  ```\n\n| k | v |\n|---|---|\n| 0:01 | b |\n\nA &amp; B \\* C at 0:02";
    const object = '{"a":\n    1}';
    expect(marked(answer, [named(answer, "a", object), named(answer, "b", "0:01"), named(answer, "c", "0:02")])).toEqual([
      ["a", '{"a":\n  1}'],
      ["b", "0:01"],
      ["c", "0:02"],
    ]);
  });

  it("are found in tags that are shown as text", () => {
    const answer = "See <points x1=\"1\">a</points> there";
    expect(marked(answer, [named(answer, "a", '<points x1="1">a</points>')])).toEqual([["a", '<points x1="1">a</points>']]);
  });

  it("go over the pieces that highlighting makes", () => {
    const tree = createLowlight(common).highlight("json", `[${object}]`);
    markCode(tree, [{ id: "a", start: 1, end: 1 + object.length }]);
    expect(tree.children).toHaveLength(3);
    expect(tree.children[1]).toMatchObject({ tagName: "mark", properties: { dataMark: "a" } });
  });
});

describe("codeChunks", () => {
  it.each([
    ["json", true, Array.from({ length: 100 }, (_, index) => `{"a": ${index}},\n`).join("")],
    ["json", false, `[${Array.from({ length: 500 }, (_, index) => `{"bbox_2d": [1, 2, 3, ${index}]}`).join(", ")}]`],
    ["python", true, "x = 1\n".repeat(500)],
    ["html", false, "x".repeat(20_000)],
    ["text", false, ""],
  ])("cuts %s (%s) into small pieces that are the whole", (language, partial, source) => {
    const chunks = codeChunks(source, language, partial);
    expect(chunks.map(({ text }) => text).join("")).toBe(source);
    for (const { text, start } of chunks) {
      expect(text.length).toBeLessThanOrEqual(2000);
      expect(source.startsWith(text, start)).toBe(true);
    }
  });

  it("leaves short code whole, so that its comments are", () => {
    expect(codeChunks("/*\n".repeat(200), "c", false)).toHaveLength(1);
  });
});
