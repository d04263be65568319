import { describe, expect, it } from "vitest";
import { parseResults } from "../results/parse/parse.ts";
import type { PageDocument } from "../results/types.ts";
import { isPictured, kindOf } from "./kinds.ts";
import { markdownSections, pagesOfParts, withPartIds } from "./pageParts.ts";

function documentIn(answer: string): PageDocument {
  const { document } = parseResults(answer, { media: [], complete: true });
  if (!document) throw new Error("no document");
  return document;
}

describe("the parts of a page", () => {
  const html = documentIn('Here:\n```html\n<body>\n<h1 data-bbox="100 50 900 120">Tide <b>table</b></h1>\n<div class="image" data-bbox="1 2 3 4"><img data-bbox="1 2 3 4"/></div>\n</body>\n```');

  it("carry their ids in HTML", () => {
    const [title, image, inner] = html.parts;
    expect(withPartIds(html)).toBe(
      `<body>\n<h1 data-part="${title?.id}" data-bbox="100 50 900 120">Tide <b>table</b></h1>\n<div data-part="${image?.id}" class="image" data-bbox="1 2 3 4"><img data-part="${inner?.id}" data-bbox="1 2 3 4"/></div>\n</body>`,
    );
  });

  it("begin sections of Markdown", () => {
    const markdown = documentIn("# Tides\n\n<!-- Image (100,150,480,600) -->\n\nLow water.\n\n<!-- Table (520, 150, 900, 600) -->\n| a |\n|---|\n");
    expect(markdownSections(markdown).map(({ part, text }) => [part?.kind, text.trim()])).toEqual([
      [undefined, "# Tides"],
      ["image", "Low water."],
      ["table", "| a |\n|---|"],
    ]);
  });

  it("lie on the page whose body they are in", () => {
    const two = documentIn('```html\n<html><body><p data-bbox="1 2 3 4">a</p></body></html>\n<html><body><p data-bbox="1 2 3 4">b</p><p data-bbox="5 6 7 8">c</p></body></html>\n```');
    expect([...pagesOfParts(two, 2).values()]).toEqual([0, 1, 1]);
    expect([...pagesOfParts(two, 1).values()]).toEqual([0, 0, 0]);
    expect([...pagesOfParts(two, 0).values()]).toEqual([0, 0, 0]);
  });

  it.each([["h2", "title"], ["image", "image"], ["img", "image"], ["image caption", "caption"], ["table", "table"], ["formula", "formula"], ["chart", "chart"], ["p", "text"], ["music", "music"], ["zzz", "other"]])("%s is %s", (name, kind) => {
    expect(kindOf(name)).toBe(kind);
  });

  it("that are pictures are shown as such", () => {
    expect(["image", "chart", "p", "table"].map((name) => isPictured(kindOf(name)))).toEqual([true, true, false, false]);
  });
});
