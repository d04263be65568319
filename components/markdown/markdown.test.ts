import { describe, expect, it } from "vitest";
import { asMarkdown, definitionsFor, splitBlocks } from "./blocks.ts";
import { safeUrl } from "./links.ts";
import { normalizeMath } from "./math.ts";
import { stabilize } from "./partial.ts";

describe("normalizeMath", () => {
  it.each([
    ["It costs $5 and $10.", "It costs $5 and $10."],
    ["From $5-$10, or $20/month, US$3", "From $5-$10, or $20/month, US$3"],
    ["$5 to 7$", "$5 to 7$"],
    ["价格$5和10$之间", "价格$5和10$之间"],
    ["面积为$x^2$的", "面积为$$x^2$$的"],
    ["$HOME/$USER", "$HOME/$USER"],
    ["$1,000, $2,000 and $3.50", "$1,000, $2,000 and $3.50"],
    ["**$5** or **$10**", "**$5** or **$10**"],
    [String.raw`\(a\) and \(b\), $c$`, "$$a$$ and $$b$$, $$c$$"],
    ["The sum $x + y$ is", "The sum $$x + y$$ is"],
    ["$E = mc^2$ costs $5", "$$E = mc^2$$ costs $5"],
    [String.raw`then \(a^2\) and \$3`, String.raw`then $$a^2$$ and \$3`],
    [String.raw`\[ \frac{1}{2} \]`, "$$\n\\frac{1}{2}\n$$"],
    ["$$x$$", "$$\nx\n$$"],
    ["so $$x$$ holds", "so $$x$$ holds"],
    ["- item\n  \\[x\\]", "- item\n  $$\n  x\n  $$"],
    ["| a | \\[x\\] |", "| a | $$x$$ |"],
    ["`$x$` and `\\(y\\)`", "`$x$` and `\\(y\\)`"],
    ["```sh\necho $HOME $PATH$\n```\n$z$", "```sh\necho $HOME $PATH$\n```\n$$z$$"],
    ["```\n$a$ still open", "```\n$a$ still open"],
  ])("%j", (markdown, expected) => {
    expect(normalizeMath(markdown)).toBe(expected);
  });

  it("changes nothing when it is done twice", () => {
    const once = normalizeMath("a $x$ b\n\n\\[y\\]\n\nc");
    expect(normalizeMath(once)).toBe(once);
  });
});

describe("stabilize", () => {
  it.each([
    ["A **red", "A **red**"],
    ["A **", "A "],
    ["A `co", "A `co`"],
    ["See [the do", "See the do"],
    ["See [the docs](https://exa", "See the docs"],
    ["See ![a pic", "See "],
    ["Items:\n-", "Items:"],
    ["Title\n==", "Title"],
    ["| a | b |\n| --", ""],
    ["| a | b |\n| --- | --- |", "| a | b |\n| --- | --- |"],
    ["So $$x +", "So "],
    ["```sh\necho $$\n```\nThen", "```sh\necho $$\n```\nThen"],
    ["```py\nx = **", "```py\nx = **"],
    ["Done.", "Done."],
    ["3", "3"],
  ])("%j", (markdown, expected) => {
    expect(stabilize(markdown)).toBe(expected);
  });
});

describe("splitBlocks", () => {
  const document = "# Title\n\nText\n\n- one\n\n- two\n\n  more\n\n```js\na\n\nb\n```\n\n$$\nx\n\ny\n$$\n\nEnd";
  it("cuts between blocks only, and loses nothing", () => {
    const blocks = splitBlocks(document);
    expect(blocks.join("")).toBe(document);
    expect(blocks.map((block) => block.trim())).toEqual(["# Title", "Text\n\n- one\n\n- two\n\n  more", "```js\na\n\nb\n```", "$$\nx\n\ny\n$$", "End"]);
  });

  it("leaves a document with footnotes whole", () => {
    expect(splitBlocks("[^a]: A note\n\nSee[^a]\n\nEnd")).toHaveLength(1);
  });
});

describe("definitionsFor", () => {
  it("gives each piece what it refers to in others", () => {
    const pieces = splitBlocks("See [A] and [the b][b].\n\n`[c]: d`\n\nWords\n[d]: is no definition, [d]\n\n[a]: https://a.example\n[b]: https://b.example 'B'\n\n```\n[a]\n```\n\n[a] [d]");
    expect(definitionsFor(pieces).map((lines) => lines.trim())).toEqual(["[a]: https://a.example\n[b]: https://b.example 'B'", "", "", "", "", "[a]: https://a.example"]);
  });
});

describe("asMarkdown", () => {
  it("shows an answer of nothing but JSON as code", () => {
    expect(asMarkdown('[{"bbox_2d": [1, 2, 3, 4]')).toBe('```json\n[{"bbox_2d": [1, 2, 3, 4]\n```');
    expect(asMarkdown("[a link](https://example.org)")).toBe("[a link](https://example.org)");
    expect(asMarkdown("A circle")).toBe("A circle");
    expect(asMarkdown("<!DOCTYPE html>\n<p>x</p>\n")).toBe("```html\n<!DOCTYPE html>\n<p>x</p>\n```");
    expect(asMarkdown('<div class="image" data-bbox="1 2 3 4"></div>')).toMatch(/^```html/);
    expect(asMarkdown("<svg viewBox='0 0 1 1'/>")).toMatch(/^```svg/);
  });
});

describe("safeUrl", () => {
  it("allows http, https and mailto alone", () => {
    expect(safeUrl("https://example.org/a")).toBe("https://example.org/a");
    expect(safeUrl("mailto:a@example.org")).toBe("mailto:a@example.org");
    for (const address of ["javascript:alert(1)", "data:text/html,x", " vbscript:x", "/relative", "file:///etc/passwd", undefined]) expect(safeUrl(address)).toBeUndefined();
  });
});
