import { expect, test } from "vitest";
import { accepts } from "./expectations.ts";

test("a text must be the same but for the space around it", () => {
  expect(accepts({ exact: "The heart is orange." }, " The heart is orange.\n")).toBe(true);
  expect(accepts({ exact: "The heart is orange." }, "The heart is red.")).toBe(false);
});

test("the first number counts", () => {
  expect(accepts({ number: 3 }, "There are 3 shapes, not 4.")).toBe(true);
  expect(accepts({ number: 3 }, "There are 13 shapes.")).toBe(false);
  expect(accepts({ number: 3 }, "There are three shapes.")).toBe(false);
});

test("objects are named as often as they occur, in any order", () => {
  const expectation = { all: ["blue star", "red circle", "red circle"] };
  expect(accepts(expectation, "A red circle, a blue star and a red circle.")).toBe(true);
  expect(accepts(expectation, "A red circle and a blue star.")).toBe(false);
  expect(accepts(expectation, "A red circle, a blue star, a red circle and a pink ring.")).toBe(false);
});

test("boxes match by label and overlap, each once", () => {
  const expectation = { boxes: [{ box: [0, 0, 100, 100] as [number, number, number, number], label: "red ring" }] };
  const fenced = '```json\n[\n\t{"bbox_2d": [10, 0, 110, 100], "label": "red ring"}\n]\n```';
  expect(accepts(expectation, fenced)).toBe(true);
  expect(accepts(expectation, '[{"bbox_2d": [60, 0, 160, 100], "label": "red ring"}]')).toBe(false);
  expect(accepts(expectation, '[{"bbox_2d": [0, 0, 100, 100], "label": "red star"}]')).toBe(false);
  expect(accepts(expectation, "[]")).toBe(false);
  expect(accepts(expectation, "A red ring.")).toBe(false);
  const twice = { boxes: [...expectation.boxes, ...expectation.boxes] };
  const onceAndFar = '[{"bbox_2d": [0, 0, 100, 100], "label": "red ring"}, {"bbox_2d": [500, 500, 600, 600], "label": "red ring"}]';
  expect(accepts(twice, onceAndFar)).toBe(false);
});
