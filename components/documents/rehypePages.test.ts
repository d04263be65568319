import type { Root } from "hast";
import { describe, expect, it } from "vitest";
import type { UploadedMedia } from "../../server/protocol.ts";
import { findPages, pagesOf, rehypePages } from "./rehypePages.ts";

const picture = (name: string): UploadedMedia => ({
  id: "0".repeat(64),
  name,
  mime: "image/png",
  bytes: 1,
  info: { kind: "image", format: "png", width: 10, height: 10, resizedWidth: 32, resizedHeight: 32, tokens: 1 },
});

describe("pagesOf", () => {
  it("knows pages by the numbers in their names", () => {
    expect([...(pagesOf([picture("a.pdf p. 2"), picture("a.pdf p. 5")]) ?? [])]).toEqual([[2, 0], [5, 1]]);
    expect([...(pagesOf([picture("报告.pdf 第 1 页"), picture("报告.pdf 第 2 页")]) ?? [])]).toEqual([[1, 0], [2, 1]]);
    expect([...(pagesOf([picture("report-1.png"), picture("report-2.png")]) ?? [])]).toEqual([[1, 0], [2, 1]]);
  });

  it("knows none among other pictures", () => {
    expect(pagesOf([picture("a.pdf p. 2")])).toBeUndefined();
    expect(pagesOf([picture("dog.png"), picture("cat.png")])).toBeUndefined();
    expect(pagesOf([picture("a.pdf p. 1"), picture("b.pdf p. 1")])).toBeUndefined();
  });
});

describe("findPages", () => {
  it.each([
    ["See page 3.", [["page 3", 3]]],
    ["Pages 2, 3 and 5–7 have tables", [["Pages 2", 2], ["3", 3], ["5", 5], ["7", 7]]],
    ["on p. 4, and 12 people", [["p. 4", 4], ["12", 12]]],
    ["第 2、3 页有表格", [["第 2", 2], ["3", 3]]],
    ["12 pages, 3 tables; homepage 2; 第一页", []],
  ])("%s", (words, expected) => {
    expect(findPages(words).map(({ start, end, page }) => [words.slice(start, end), page])).toEqual(expected);
  });

  it("takes time that grows with the length only", () => {
    expect(findPages(`page 1${", and".repeat(20_000)}`)).toHaveLength(1);
  });
});

it("leads only to pages that were asked about, and leaves code and links alone", () => {
  const tree: Root = {
    type: "root",
    children: [
      { type: "element", tagName: "p", properties: {}, children: [{ type: "text", value: "Page 1 and page 9." }] },
      { type: "element", tagName: "code", properties: {}, children: [{ type: "text", value: "page 1" }] },
    ],
  };
  rehypePages(new Map([[1, 0], [2, 1]]))(tree);
  expect(JSON.stringify(tree).match(/"tagName":"data"/g)).toHaveLength(1);
  expect(tree.children[0]).toMatchObject({ children: [{ tagName: "data", properties: { value: "0" }, children: [{ value: "Page 1" }] }, { value: " and page 9." }] });
});
