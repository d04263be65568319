import { expect, it } from "vitest";
import { endOfSentences, spoken } from "./sentences.ts";

it("ends where a sentence or a line is complete, in both languages", () => {
  expect(endOfSentences("A circle. A squ", 0)).toBe("A circle.".length);
  expect(endOfSentences("It is 2.5 met", 0)).toBe(0);
  expect(endOfSentences("有一个圆形。还有", 0)).toBe("有一个圆形。".length);
  expect(endOfSentences("One. Two. ", 4)).toBe("One. Two.".length);
});

it("leaves the marks of Markdown out", () => {
  expect(spoken("## A **red** [circle](https://example.org)\n")).toBe("A red circle");
});
