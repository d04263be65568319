import { expect, test } from "vitest";
import { readJson, type JsonNode } from "./json.ts";

function plain(node: JsonNode): unknown {
  switch (node.kind) {
    case "object":
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
    case "array":
      return node.items.map(plain);
    case "string":
    case "number":
    case "word":
      return node.value;
  }
}

const read = (text: string, final = true) => readJson(text, { start: 0, end: text.length, final });

test.each<[string, string, unknown[]]>([
  ["plain", '{"a": [1, -2.5, "x"], "b": {"c": null}}', [{ a: [1, -2.5, "x"], b: { c: "null" } }]],
  ["several values in prose", 'First [1, 2], then {"a": 3}.', [[1, 2], { a: 3 }]],
  ["brackets in prose", "see [figure one] and {braces}", []],
  ["trailing commas", '[{"a": 1,}, {"a": 2,},]', [[{ a: 1 }, { a: 2 }]]],
  ["missing commas", '[{"a": 1 "b": "x" "c": 2} {"a": 3}]', [[{ a: 1, b: "x", c: 2 }, { a: 3 }]]],
  ["single quotes and apostrophes", "{'a': 'it's', 'b': 'x'}", [{ a: "it's", b: "x" }]],
  ["quotation marks within a string", '{"a": "she said "no", and left", "b": "x"}', [{ a: 'she said "no", and left', b: "x" }]],
  ["curly quotes and Chinese punctuation", "｛“a”：【1，2】，“b”：“杯”｝", [{ a: [1, 2], b: "杯" }]],
  ["bare keys and words", "{a: True, b: None, c: left}", [{ a: "True", b: "None", c: "left" }]],
  ["tuples", '{"a": (1, 2)}', [{ a: [1, 2] }]],
  ["comments", '[1, // one\n 2, /* two */ 3 # three\n]', [[1, 2, 3]]],
  ["ellipsis", '[{"a": 1}, ...]', [[{ a: 1 }, "..."]]],
  ["escapes", String.raw`["a\"b\\c\né\q"]`, [['a"b\\c\né\\q']]],
  ["raw line break within a string", '["one\ntwo"]', [["one\ntwo"]]],
  ["unclosed string at a line's end", '[{"a": "x},\n {"a": "y"}]', [[{ a: "x" }, { a: "y" }]]],
  ["missing closing brace", '[{"a": 1, {"a": 2}]', [[{ a: 1 }, { a: 2 }]]],
  ["missing brace before the bracket", '[{"a": "x"]', [[{ a: "x" }]]],
  ["one bracket too many", '[{"a": [1, 2]], "b": 3}]', [[{ a: [1, 2], b: 3 }]]],
  ["one brace too many", '[{"a": 1}}, {"a": 2}]', [[{ a: 1 }, { a: 2 }]]],
  ["missing bracket of an inner list", '{"a": [1, 2, "b": 3}', [{ a: [1, 2], b: 3 }]],
  ["brace instead of the bracket", '[{"a": [1, 2}, {"a": [3]}]', [[{ a: [1, 2] }, { a: [3] }]]],
  ["numbers in many forms", '["１２", １２, +3, 1e2]', [["１２", 12, 3, 100]]],
  ["missing value", '{"a": , "b": 1}', [{ a: "null", b: 1 }]],
  ["object without its opening brace", 'The answer: "bbox_2d": [1, 2, 3, 4], "label": "x"}', [{ bbox_2d: [1, 2, 3, 4], label: "x" }]],
])("reads %s", (name, text, expected) => {
  expect(read(text).map(plain), name).toEqual(expected);
});

test("knows which values are whole while the text grows", () => {
  const closed = (text: string, final: boolean) => read(text, final)[0]?.closed;
  expect(closed('{"a": "x"}', false)).toBe(true);
  expect(closed('{"a": "x"', false)).toBe(false);
  expect(closed('{"a": "x"', true)).toBe(true);
  expect(closed('{"a": "x', true)).toBe(false);
  expect(closed('{"a": 1', true)).toBe(false);
  expect(closed('{"a": "x",', true)).toBe(false);
});

test("keeps where values stand", () => {
  const text = 'x [{"a": 1}, "b"] y';
  const [list] = read(text);
  if (list?.kind !== "array") throw new Error("no list");
  expect(text.slice(list.start, list.end)).toBe('[{"a": 1}, "b"]');
  expect(list.items.map(({ start, end }) => text.slice(start, end))).toEqual(['{"a": 1}', '"b"']);
});

test.each(["[", "{", '{"a":', "[{", '["', "[1,", "([", "}{", "/*", '{"a', "“", '{"":[', "{a:", "//", "<", "[(", "'", "[ ", '"bbox_2d": [', "{1:", "-["])(
  "ends on any amount of %s",
  (piece) => {
    const text = piece.repeat(Math.floor(60_000 / piece.length));
    expect(() => read(text)).not.toThrow();
  },
);
