import { renderToStaticMarkup } from "react-dom/server";
import { createElement } from "react";
import ReactMarkdown from "react-markdown";
import { describe, expect, it } from "vitest";
import { difference, EditedText } from "./edits.ts";
import { placeBlocks, type NamedRange } from "./place.ts";
import { rehypePlugins, remarkPlugins } from "./plugins.ts";
import { rehypeMarks } from "./rehypeMarks.ts";

/** The part of an answer that says this. */
function named(answer: string, id: string, words: string): NamedRange {
  const start = answer.indexOf(words);
  if (start < 0) throw new Error(`${words} is not in the answer`);
  return { id, range: { start, end: start + words.length } };
}

/** What the marks of a rendered answer hold, by their names, in their order; without tags. */
function marked(answer: string, ranges: readonly NamedRange[], partial = false): [string, string][] {
  const html = placeBlocks(answer, partial, ranges).map(render).join("");
  return [...html.matchAll(/<mark data-mark="(\w+)">([\s\S]*?)<\/mark>/g)].map(([, id = "", inner = ""]) => [id, decode(inner.replace(/<[^>]*>/g, ""))]);
}

function render({ text, ranges }: ReturnType<typeof placeBlocks>[number]): string {
  return renderToStaticMarkup(createElement(ReactMarkdown, { remarkPlugins, rehypePlugins: [...rehypePlugins, [rehypeMarks, { source: text, ranges }]], children: text }));
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

  it("are objects in a fenced list, over the pieces that highlighting makes", () => {
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
    const html = placeBlocks(answer, false, [named(answer, "b", "sleeps")]).map(render).join("");
    expect(html).toContain('<em><mark data-mark="b">sleeps</mark> at 1:20</em>');
  });

  it("begin and end within other elements", () => {
    const answer = "one **two three** four";
    expect(marked(answer, [named(answer, "a", "three** fo")])).toEqual([["a", "three"], ["a", " fo"]]);
  });

  it("lie within each other", () => {
    const answer = "```html\n<div data-bbox=\"1 2 3 4\"><p>in</p></div>\n```";
    const html = placeBlocks(answer, false, [named(answer, "inner", "<p>in</p>"), named(answer, "outer", '<div data-bbox="1 2 3 4"><p>in</p></div>')]).map(render).join("");
    expect(html).toMatch(/<mark data-mark="outer">.*<mark data-mark="inner">.*<\/mark>.*<\/mark>/);
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
});
