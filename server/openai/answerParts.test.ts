import { describe, expect, test } from "vitest";
import { AnswerParts, type AnswerForm } from "./answerParts.ts";

/** What becomes of a text that comes in pieces of so many characters. */
function read(text: string, size: number, form: AnswerForm) {
  const parts = new AnswerParts(form);
  const deltas = [];
  for (let place = 0; place < text.length; place += size) deltas.push(parts.push(text.slice(place, place + size)));
  deltas.push(parts.flush());
  const calls: { name: string; arguments: string }[] = [];
  for (const { index, name, arguments: piece } of deltas.flatMap((delta) => delta.calls)) {
    const call = (calls[index] ??= { name: name ?? "", arguments: "" });
    call.arguments += piece;
  }
  return { reasoning: deltas.map(({ reasoning }) => reasoning).join(""), content: deltas.map(({ content }) => content).join(""), calls, reason: parts.reason("eos") };
}

const call = (name: string, text: string): string => `<tool_call>\n{"name": "${name}", "arguments": ${text}}\n</tool_call>`;
const plain = { thinking: false, tools: false };
const tools = { thinking: false, tools: true };
const nothing = { reasoning: "", content: "", calls: [], reason: "stop" };

const cases: [string, AnswerForm, string, Partial<ReturnType<typeof read>>][] = [
  ["text", plain, "a < b <thin", { content: "a < b <thin" }],
  ["a thought whose tag was in the prompt", { ...plain, thinking: true }, "\nI look.\n</think>\n\nA sign.\n", { reasoning: "I look.", content: "A sign.\n" }],
  ["a thought with its tag", plain, "<think>\nI look.\n</think>\n\nA sign.", { reasoning: "I look.", content: "A sign." }],
  ["a tag that is repeated", { ...plain, thinking: true }, "<think>\nI look.</think>A", { reasoning: "I look.", content: "A" }],
  ["a thought that is cut off", { ...plain, thinking: true }, "I < look </thi", { reasoning: "I < look </thi" }],
  ["calls without tools", plain, call("f", "{}"), { content: call("f", "{}") }],
  ["a call", tools, call("f", '{"a": "}{\\"", "b": [1, {"c": 2}]}'), { calls: [{ name: "f", arguments: '{"a": "}{\\"", "b": [1, {"c": 2}]}' }], reason: "tool_calls" }],
  ["text and two calls", tools, `Wait.\n${call("f", '{"a": 1}')}\n${call("g", "{}")}`, { content: "Wait.", calls: [{ name: "f", arguments: '{"a": 1}' }, { name: "g", arguments: "{}" }], reason: "tool_calls" }],
  ["a call in another order", tools, '<tool_call>{"arguments": {"a": 1}, "name": "f"}</tool_call>', { calls: [{ name: "f", arguments: '{"a":1}' }], reason: "tool_calls" }],
  ["what is no call", tools, "<tool_call>no</tool_call> b", { content: "<tool_call>no</tool_call> b" }],
  ["a call within a thought", { thinking: true, tools: true }, `x${call("f", "{}")}</think>${call("g", "{}")}`, { reasoning: `x${call("f", "{}")}`, calls: [{ name: "g", arguments: "{}" }], reason: "tool_calls" }],
];

describe.each(cases)("%s", (_, form, text, expected) => {
  test.each([1, 2, 3, 7, 1000])("in pieces of %i", (size) => {
    expect(read(text, size, form)).toEqual({ ...nothing, ...expected });
  });
});
