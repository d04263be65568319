import { describe, expect, it } from "vitest";
import { splitThinking } from "./splitThinking.ts";

const instruct = { thinkingModel: false };
const thinking = { thinkingModel: true };

describe("splitThinking", () => {
  it("leaves an answer without thinking as it is", () => {
    const text = "\nTwo circles < three squares.\n";
    expect(splitThinking(text, instruct)).toEqual({ thinking: "", answer: text, open: false });
    expect(splitThinking("", instruct)).toEqual({ thinking: "", answer: "", open: false });
  });

  it("takes out a block and the line breaks around it", () => {
    expect(splitThinking("<think>\nLet me look.\n\nA circle.\n</think>\n\nA circle.", instruct)).toEqual({
      thinking: "Let me look.\n\nA circle.",
      answer: "A circle.",
      open: false,
    });
  });

  it("knows a block whose opening tag was in the prompt by its end", () => {
    const expected = { thinking: "Let me look.", answer: "A circle.", open: false };
    expect(splitThinking("Let me look.\n</think>\n\nA circle.", instruct)).toEqual(expected);
    expect(splitThinking("Let me look.\n</think>\n\nA circle.", thinking)).toEqual(expected);
    expect(splitThinking("Let me look.</think>A circle.", thinking)).toEqual(expected);
  });

  it("takes what a thinking model writes for thinking until the block is closed", () => {
    expect(splitThinking("Let me", thinking)).toEqual({ thinking: "Let me", answer: "", open: true });
    expect(splitThinking("", thinking)).toEqual({ thinking: "", answer: "", open: true });
    expect(splitThinking("<think>\nLet me", instruct)).toEqual({ thinking: "Let me", answer: "", open: true });
  });

  it("takes the tag that a thinking model repeats for the same block", () => {
    expect(splitThinking("<think>\nA\n</think>\n\nB", thinking)).toEqual({ thinking: "A", answer: "B", open: false });
  });

  it("joins several blocks", () => {
    const text = "<think>\nA\n</think>\n\nB\n\n<think>\nC\n</think>\nD";
    expect(splitThinking(text, instruct)).toEqual({ thinking: "A\n\nC", answer: "B\n\nD", open: false });
    expect(splitThinking("A\n</think>\nB\n<think>\nC", thinking)).toEqual({ thinking: "A\n\nC", answer: "B", open: true });
  });

  it("does not take quoted tags for tags", () => {
    const fenced = "The template:\n```\n<think>\n```\nis written by the prompt.";
    expect(splitThinking(fenced, instruct)).toEqual({ thinking: "", answer: fenced, open: false });
    const quoted = "A thought ends with `</think>`, and begins with <think> in the prompt.";
    expect(splitThinking(quoted, instruct)).toEqual({ thinking: "", answer: quoted, open: false });
    expect(splitThinking("It ends with `</think>`.\n</think>\nYes.", thinking)).toEqual({ thinking: "It ends with `</think>`.", answer: "Yes.", open: false });
  });

  it("holds a tag back while it is being written, and only then", () => {
    for (const begun of ["<", "</th", "</think"]) {
      expect(splitThinking(`A\n${begun}`, { thinkingModel: true, partial: true }), begun).toEqual({ thinking: "A", answer: "", open: true });
    }
    expect(splitThinking("<thin", { thinkingModel: false, partial: true })).toEqual({ thinking: "", answer: "", open: false });
    expect(splitThinking("1 <", { thinkingModel: false, partial: true }).answer).toBe("1 <");
    expect(splitThinking("x\n<", instruct).answer).toBe("x\n<");
    expect(splitThinking("x <b", { thinkingModel: true, partial: true }).thinking).toBe("x <b");
  });

  it("never shows more of the answer than the next characters leave standing", () => {
    const text = "<think>\nA < B\n</think>\n\nSo: `<think>` and 1 < 2.\n<think>\nmore\n</think>\nEnd";
    const whole = splitThinking(text, instruct).answer;
    for (let length = 0; length <= text.length; length += 1) {
      const { answer } = splitThinking(text.slice(0, length), { thinkingModel: false, partial: true });
      expect(whole.startsWith(answer.trimEnd()), text.slice(0, length)).toBe(true);
    }
  });
});
