import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";

describe("formulas", () => {
  it("are drawn by the version of KaTeX whose style sheet the page has: others name their classes differently", () => {
    const plugin = createRequire(import.meta.resolve("rehype-katex"));
    expect(plugin.resolve("katex/package.json")).toBe(createRequire(import.meta.url).resolve("katex/package.json"));
  });
});
