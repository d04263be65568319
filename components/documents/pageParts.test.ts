import { describe, expect, it } from "vitest";
import { parseResults } from "../results/parse/parse.ts";
import type { PageDocument } from "../results/types.ts";
import { isPictured, kindOf } from "./kinds.ts";
import { markdownSections, pagesOfParts, withPartIds, wordsOfParts } from "./pageParts.ts";

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

  const place = "<!-- Image (1, 2, 3, 4) -->";
  it.each([
    [`${place}\n## Page 2\n${place}\n**Page 3:**\n${place}`, [0, 1, 2]],
    [`<!-- Page 3 -->\n${place}\nAs on page 1, the text goes on.\n${place}`, [2, 2]],
    [`${place}\n<!-- PageBreak -->\n${place}\n\\newpage\n${place}`, [0, 1, 2]],
    [`第 2 页\n${place}`, [1]],
    [`Page 1\n\`\`\`markdown\n${place}\n\`\`\`\nPage 2\n\`\`\`markdown\n${place}\nThe end.\n\`\`\``, [0, 1]],
  ])("lie on the page that Markdown says: %j", (answer, pages) => {
    const document = documentIn(answer);
    expect([...pagesOfParts(document, 3).values()]).toEqual(pages);
    expect(markdownSections(document).map(({ text }) => text).join("")).not.toContain("```");
  });

  it.each(["", "page 1", "<!-- page 1", "<div "])("are placed at once, also behind %j and 100,000 spaces", (begin) => {
    const document = documentIn(`${place}\n${begin}${" ".repeat(100_000)}x\n## Page 2\n${place}`);
    expect([...pagesOfParts(document, 2).values()]).toEqual([0, 1]);
  });

  it("stand in Markdown for the block behind their place", () => {
    const answer = `# Tides\n\n${place}\n\nLow water\nat six.\n\nMore.\n\n<!-- Table (1,2,3,4) -->\n\\begin{tabular}{l}\na\n\nb\n\\end{tabular}\nafter`;
    const document = documentIn(answer);
    expect(wordsOfParts(document).map(({ range }) => answer.slice(range.start, range.end))).toEqual([
      `${place}\n\nLow water\nat six.`,
      "<!-- Table (1,2,3,4) -->\n\\begin{tabular}{l}\na\n\nb\n\\end{tabular}",
    ]);
    expect(wordsOfParts(html).map(({ range }) => range)).toEqual(html.parts.map(({ range }) => range));
  });

  it.each([["h2", "title"], ["image", "image"], ["img", "image"], ["image caption", "caption"], ["table", "table"], ["formula", "formula"], ["chart", "chart"], ["p", "text"], ["music", "music"], ["zzz", "other"]])("%s is %s", (name, kind) => {
    expect(kindOf(name)).toBe(kind);
  });

  it("that are pictures are shown as such", () => {
    expect(["image", "chart", "p", "table"].map((name) => isPictured(kindOf(name)))).toEqual([true, true, false, false]);
  });
});
