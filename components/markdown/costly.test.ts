import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { en } from "../i18n/en.ts";
import { LanguageProvider } from "../i18n/LanguageProvider.tsx";
import { FocusProvider } from "../viewer/FocusProvider.tsx";
import { isTooCostly } from "./costly.ts";
import { Markdown } from "./Markdown.tsx";
import { placeBlocks } from "./place.ts";

const size = 24_000;
const fill = (piece: string) => piece.repeat(size / piece.length);
/** In lines, so that it is not plain for the length of one. */
const lines = (piece: string) => fill(`${piece.repeat(10)}a\n`);

function render(text: string): string {
  const markdown = createElement(Markdown, { text, partial: false });
  return renderToStaticMarkup(createElement(LanguageProvider, { initial: "en", messages: en, children: createElement(FocusProvider, { children: markdown }) }));
}

/** What takes far longer than its length, where it is not bounded; some of it would exhaust the memory. */
const plain: Record<string, string> = {
  "emphasis within emphasis": lines("*_") + lines("_*"),
  "emphasis that is never closed": lines("*a _b "),
  "emphasis that was never opened": lines("a* "),
  "emphasis without words between": lines("*a*"),
  "quotations within quotations": fill("> "),
  "lists within lists": fill("- "),
  "lists of lists": fill("- - - - - - - - - - - - - - a\n"),
  "a table of empty columns": `${"|a".repeat(1000)}|\n${"|-".repeat(1000)}|\n${fill("|b|\n")}`,
  "a formula without an end": `$$${fill("a+")}$$`,
  "headings one below the other": fill("a\n=\n"),
  "brackets that are never closed": lines("["),
  "pictures that are never closed": lines("!["),
  "tags that are never closed": lines("<"),
  pipes: lines("|"),
  backslashes: lines("\\"),
};

/** What is rendered all the same, because it takes no longer than other words. */
const rendered: Record<string, string> = {
  "pictures in links": "[![a](b)](c) ".repeat(300),
  "runs of backticks": Array.from({ length: 200 }, (_, index) => `e${"`".repeat(index)}`).join("\n"),
  "fences that are never closed": fill("```\n~~~\n"),
  comments: fill("<!-- a\n"),
  "a long list": Array.from({ length: 500 }, (_, index) => `${index + 1}. **item** with \`code\` of its own`).join("\n"),
  "a long table": `| a | b |\n|---|---|\n${"| 1 | **2** |\n".repeat(500)}`,
  "a long paragraph": "All of this is **bold** and goes on. ".repeat(200),
};

describe("isTooCostly", () => {
  it.each(Object.entries(plain))("%s", (_, text) => {
    expect(placeBlocks(text, false, []).some((block) => isTooCostly(block.text))).toBe(true);
    expect(render(text)).toContain("<pre");
  });

  it.each(Object.entries(rendered))("not %s", (_, text) => {
    expect(placeBlocks(text, false, []).some((block) => isTooCostly(block.text))).toBe(false);
    expect(render(text)).not.toBe("");
  });
});
