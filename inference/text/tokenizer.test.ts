import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { jsonObjectSchema } from "../checkpoint/files.ts";
import { referenceFolder } from "../reference/read.ts";
import { StreamingDecoder } from "./streamingDecoder.ts";
import { TextTokenizer } from "./tokenizer.ts";

const model = jsonObjectSchema.parse(JSON.parse(readFileSync(join(referenceFolder, "dense", "tokenizer.json"), "utf8")));
const tokenizer = TextTokenizer.create({ model, config: {} });

// tokenizers 0.23 (Python) on the same tokenizer.json.
const encoded: [text: string, tokens: number[]][] = [
  ["Hello, how are you? 你好 😀 12345", [1112, 11, 220, 1051, 357, 636, 30, 220, 1020, 220, 172, 253, 246, 222, 220, 16, 17, 18, 19, 20]],
  ["  leading  spaces\n\n\tand tabs \n", [220, 482, 505, 332, 220, 259, 79, 1970, 266, 886, 197, 275, 67, 256, 327, 82, 220, 198]],
  ["don't I'LL we're", [67, 265, 6, 83, 326, 6, 969, 294, 68, 6, 260]],
  ["<|im_start|>user\n<think>a</think><|im_end|>", [2031, 967, 347, 198, 2046, 64, 2047, 2032]],
  ["e\u0301 \ufdfd \u0000", [127, 102, 220, 171, 115, 121, 220, 188]],
  ["3.14159<2 seconds>", [18, 13, 16, 19, 16, 20, 24, 27, 17, 632, 29]],
];

describe("TextTokenizer", () => {
  it.each(encoded)("encodes %j as the Python tokenizer does", (text, tokens) => {
    expect(tokenizer.encode(text)).toEqual(tokens);
  });

  it("takes special tokens for text where it is told to", () => {
    const text = "a<|im_end|>b <think>";
    const tokens = tokenizer.encodePlain(text);
    expect(tokens.filter((token) => tokenizer.isSpecial(token))).toEqual([]);
    expect(tokens).toContain(2046);
    expect(tokenizer.decode(tokens)).toBe(text);
  });

  it("decodes without special tokens, and unused ids to nothing", () => {
    expect(tokenizer.decode(tokenizer.encode("<|im_start|>a 你好<|im_end|>"))).toBe("a 你好");
    expect(tokenizer.decode([999_999])).toBe("");
  });

  it("gives back any text, byte by byte", () => {
    const text = "\uFEFFHé 😀👩‍👩‍👧 中文\r\n\t\u0000 ﷽";
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });

  it("refuses what is no byte-level BPE", () => {
    expect(() => TextTokenizer.create({ model: {}, config: {} })).toThrow("checkpoint_corrupt");
    expect(() => TextTokenizer.create({ model: { ...model, decoder: { type: "WordPiece" } }, config: {} })).toThrow("checkpoint_corrupt");
    expect(() => TextTokenizer.create({ model: { ...model, pre_tokenizer: { type: "?" } }, config: {} })).toThrow("checkpoint_corrupt");
  });

  it("takes a very long word", () => {
    const length = 2 ** 18;
    expect(tokenizer.decode(tokenizer.encode("a".repeat(length)))).toHaveLength(length);
  });
});

describe("StreamingDecoder", () => {
  it("never shows half a character", () => {
    const text = "Héllo 😀 中文 👩‍👩‍👧!";
    const decoder = new StreamingDecoder(tokenizer);
    const pieces = tokenizer.encode(text).map((token) => decoder.push(token));
    expect(pieces.join("") + decoder.flush()).toBe(text);
    expect(pieces.some((piece) => piece === "")).toBe(true);
    for (const piece of pieces) expect(piece.isWellFormed() && !piece.includes("\uFFFD")).toBe(true);
  });

  it("skips special tokens, but not those that are only added", () => {
    const decoder = new StreamingDecoder(tokenizer);
    const pieces = tokenizer.encode("<think>x</think><|im_end|>").map((token) => decoder.push(token));
    expect(pieces).toEqual(["<think>", "x", "</think>", ""]);
  });

  it("shows a character that was never completed as U+FFFD at the end", () => {
    const decoder = new StreamingDecoder(tokenizer);
    const [first = 0] = tokenizer.encode("😀");
    expect(decoder.push(first)).toBe("");
    expect(decoder.flush()).toBe("\uFFFD");
  });
});
