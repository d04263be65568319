import { describe, expect, it } from "vitest";
import { conversationSettingsSchema, defaultSettings } from "./settings.ts";
import { formatStops, numberFields, parseNumber, parseStops, type NumberField } from "./fields.ts";

describe("parseNumber", () => {
  const { temperature, top_k: topK } = numberFields;
  it.each([
    ["0.7", { ok: true, value: 0.7 }],
    [" 1 ", { ok: true, value: 1 }],
    ["0,5", { ok: true, value: 0.5 }],
    [".5", { ok: true, value: 0.5 }],
    ["", { ok: true, value: undefined }],
    ["0.7x", { ok: false, problem: "number" }],
    ["1e1", { ok: false, problem: "number" }],
    ["1,000,000", { ok: false, problem: "number" }],
    ["3", { ok: false, problem: "range" }],
    ["-0.1", { ok: false, problem: "range" }],
  ])("takes %j as %j", (text, expected) => {
    expect(parseNumber(text, temperature)).toEqual(expected);
  });

  it("wants whole numbers where only these make sense", () => {
    expect(parseNumber("2.5", topK)).toEqual({ ok: false, problem: "whole" });
    expect(parseNumber("20", topK)).toEqual({ ok: true, value: 20 });
  });
});

it("every field keeps its bounds in what the page saves and the server takes", () => {
  for (const field of Object.values<NumberField>(numberFields)) {
    for (const value of [field.min, field.max]) {
      const changed = field.set(defaultSettings, value);
      expect(field.get(conversationSettingsSchema.parse(changed))).toBe(value);
      expect(field.get(field.set(changed, undefined))).toBeUndefined();
    }
  }
});

describe("stop strings", () => {
  it("are one a line, with line breaks written out", () => {
    expect(parseStops("END\n\\n\\n\n\na\\\\n")).toEqual({ ok: true, value: ["END", "\n\n", "a\\n"] });
    const stops = ["END", "\n\t", "back\\slash", "a\\n"];
    expect(parseStops(formatStops(stops))).toEqual({ ok: true, value: stops });
  });

  it("are bounded in number and length", () => {
    expect(parseStops("a\n".repeat(17))).toEqual({ ok: false, problem: "tooManyStops" });
    expect(parseStops("a".repeat(257))).toEqual({ ok: false, problem: "longStop" });
  });
});
