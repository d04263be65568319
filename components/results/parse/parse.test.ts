import { expect, test } from "vitest";
import type { Mark } from "../types.ts";
import { parseResults, type MediumContext } from "./parse.ts";
import { samples } from "./samples.ts";

const picture: MediumContext = { kind: "image", width: 800, height: 600 };
const clip: MediumContext = { kind: "video", width: 640, height: 360 };

const parse = (answer: string, media: readonly MediumContext[] = [picture], complete = true) => parseResults(answer, { media, complete });
const sample = (name: string, media?: readonly MediumContext[]) => parse(samples[name] ?? "", media);

/** A mark in short: its kind, its place in thousandths, and its label. */
function short(mark: Mark): string {
  const thousandth = (value: number) => Math.round(value * 1000);
  switch (mark.kind) {
    case "box":
    case "text":
      return `${mark.kind} ${[mark.box.x1, mark.box.y1, mark.box.x2, mark.box.y2].map(thousandth).join(" ")} ${mark.label}`.trimEnd();
    case "point":
      return `point ${thousandth(mark.point.x)} ${thousandth(mark.point.y)} ${mark.label}`.trimEnd();
    case "box3d":
      return `box3d ${mark.values.join(" ")} ${mark.label}`.trimEnd();
  }
}

const marksOf = (answer: string, media?: readonly MediumContext[], complete?: boolean) => parse(answer, media, complete).marks.map(short);

test("boxes, with the part of the answer that each stands in", () => {
  const { marks } = sample("detection");
  expect(marks.map(short)).toEqual(["box 105 220 340 610 kettle", "box 400 225 560 600 mug", "box 600 230 760 605 mug"]);
  expect(marks.map(({ range }) => samples.detection?.slice(range.start, range.end))).toEqual([
    '{"bbox_2d": [105, 220, 340, 610], "label": "kettle"}',
    '{"bbox_2d": [400, 225, 560, 600], "label": "mug"}',
    '{"bbox_2d": [600, 230, 760, 605], "label": "mug"}',
  ]);
});

test("further keys are attributes in their order, nested ones by their path", () => {
  expect(sample("attributes").marks[1]?.attributes).toEqual([
    { key: "type", value: "taxi" },
    { key: "colour", value: "yellow" },
    { key: "doors.front", value: "2" },
    { key: "doors.rear", value: "2" },
  ]);
});

test("points in JSON and as tags", () => {
  expect(sample("points").marks.map(short)).toEqual(["point 120 480 goalkeeper", "point 640 512 referee"]);
  expect(sample("pointTags").marks.map(short)).toEqual(["point 120 300 buoy", "point 700 310 buoy", "point 500 900 pier"]);
});

test("names in any key", () => {
  const { marks } = sample("bilingual");
  expect(marks.map(short)).toEqual(["box 52 60 480 500 馒头", "box 500 60 940 500 豆浆"]);
  expect(marks.map(({ attributes }) => attributes)).toEqual([[{ key: "name_en", value: "steamed bun" }], [{ key: "names.en", value: "soy milk" }]]);
});

test("3D boxes as the model writes them", () => {
  expect(sample("box3d").marks.map(short)).toEqual(["box3d -1.2 0.9 8.5 1.8 1.5 4.2 0.01 0.5 0 car"]);
});

test("spotted text", () => {
  expect(sample("spotted").marks.map(short)).toEqual(['text 90 40 910 120 HARBOUR "CAFÉ"', "text 90 140 500 190 开门 8:00"]);
});

test("only the answer counts, not what was thought before it", () => {
  expect(sample("thinking").marks.map(short)).toEqual(["box 10 20 30 40 cup"]);
  expect(marksOf('<think>{"bbox_2d": [1, 2, 3, 4], "label": "x"}', [picture], false)).toEqual([]);
});

test("several mistakes at once", () => {
  expect(sample("broken").marks.map(short)).toEqual(["box 10 20 300 400 cat's toy", 'box 30 40 500 600 a "big" box', "box 50 60 700 800 杯子"]);
});

test.each<[string, string, string[]]>([
  ["no label", '[{"bbox_2d": [1, 2, 3, 4]}]', ["box 1 2 3 4"]],
  ["other keys", '[{"bbox": [1, 2, 3, 4], "class": "a"}, {"box": [5, 6, 7, 8], "category": "b"}, {"BBOX_2D": [1, 2, 9, 9], "LABEL": "C"}]', ["box 1 2 3 4 a", "box 5 6 7 8 b", "box 1 2 9 9 C"]],
  ["numbers as strings", '[{"bbox_2d": ["1", "2", "3", "4"], "label": "a"}, {"bbox_2d": "5 6 7 8", "label": "b"}, {"bbox_2d": "(5,6),(7,8)", "label": "c"}]', ["box 1 2 3 4 a", "box 5 6 7 8 b", "box 5 6 7 8 c"]],
  ["corners as pairs", '{"bbox_2d": [[1, 2], [3, 4]], "label": "a"}', ["box 1 2 3 4 a"]],
  ["sides by name", '[{"label": "a", "xmin": 1, "ymin": 2, "xmax": 3, "ymax": 4}, {"label": "b", "bbox": {"x": 10, "y": 20, "width": 30, "height": 40}}]', ["box 1 2 3 4 a", "box 10 20 40 60 b"]],
  ["several boxes of one object", '{"label": "cup", "bbox_2d": [[1, 2, 3, 4], [5, 6, 7, 8]]}', ["box 1 2 3 4 cup", "box 5 6 7 8 cup"]],
  ["parallel lists", '{"bboxes": [[1, 2, 3, 4], [5, 6, 7, 8]], "labels": ["a", "b"]}', ["box 1 2 3 4 a", "box 5 6 7 8 b"]],
  ["several points of one object", '{"point_2d": [[1, 2], [3, 4]], "label": "a"}', ["point 1 2 a", "point 3 4 a"]],
  ["a list of lists with labels", '[[10, 20, 30, 40, "a"], ["b", [50, 60, 70, 80]]]', ["box 10 20 30 40 a", "box 50 60 70 80 b"]],
  ["names as keys", '{"cat": [10, 20, 30, 40], "dog": [[1, 2, 3, 4], [5, 6, 7, 8]]}', ["box 10 20 30 40 cat", "box 1 2 3 4 dog", "box 5 6 7 8 dog"]],
  ["groups by name", '{"objects": {"cat": [{"bbox_2d": [1, 2, 3, 4]}], "dog": [{"bbox_2d": [5, 6, 7, 8], "color": "red"}]}}', ["box 1 2 3 4 cat", "box 5 6 7 8 dog"]],
  ["instances of one label", '{"label": "cat", "instances": [{"bbox_2d": [1, 2, 3, 4]}, {"bbox_2d": [5, 6, 7, 8]}]}', ["box 1 2 3 4 cat", "box 5 6 7 8 cat"]],
  ["only words in another key", '[{"bbox_2d": [1, 2, 3, 4], "dish": "soup"}]', ["box 1 2 3 4 soup"]],
  ["objects without a list", '{"bbox_2d": [1, 2, 3, 4], "label": "a"}, {"bbox_2d": [5, 6, 7, 8], "label": "b"}', ["box 1 2 3 4 a", "box 5 6 7 8 b"]],
  ["an object a line", '{"bbox_2d": [1, 2, 3, 4], "label": "a"}\r\n{"bbox_2d": [5, 6, 7, 8], "label": "b"}', ["box 1 2 3 4 a", "box 5 6 7 8 b"]],
  ["several lists", '[{"bbox_2d": [1, 2, 3, 4], "label": "a"}]\nand\n[{"bbox_2d": [5, 6, 7, 8], "label": "b"}]', ["box 1 2 3 4 a", "box 5 6 7 8 b"]],
  ["missing braces", '[{"bbox_2d": [1, 2, 3, 4], "label": "a", "bbox_2d": [5, 6, 7, 8], "label": "b"}]', ["box 1 2 3 4 a", "box 5 6 7 8 b"]],
  ["a missing bracket of the numbers", '[{"bbox_2d": [1, 2, 3, 4, "label": "a"}]', ["box 1 2 3 4 a"]],
  ["no opening brace", '"bbox_2d": [1, 2, 3, 4], "label": "a"', ["box 1 2 3 4 a"]],
  ["no closing bracket before prose", '[{"bbox_2d": [1, 2, 3, 4], "label": "a"}\n\nIt\'s all there is, "really".', ["box 1 2 3 4 a"]],
  ["an unfinished fence", '```json\n[{"bbox_2d": [1, 2, 3, 4], "label": "a"}, {"bbox_2d": [5, 6', ["box 1 2 3 4 a"]],
  ["a fence in one line", 'Here: ```json [{"bbox_2d": [1, 2, 3, 4], "label": "a"}]``` Done.', ["box 1 2 3 4 a"]],
  ["lines without brackets", "bbox_2d: [1, 2, 3, 4], label: red cup\nbbox_2d: [5, 6, 7, 8], label: fork", ["box 1 2 3 4 red cup", "box 5 6 7 8 fork"]],
  ["places within prose", "The cup (bbox_2d: [1, 2, 3, 4]) stands by the fork (bbox_2d: [5, 6, 7, 8]).", ["box 1 2 3 4", "box 5 6 7 8"]],
  ["a string that is not closed", '[{"bbox_2d": [1, 2, 3, 4], "label": "a}, {"bbox_2d": [5, 6, 7, 8], "label": "b"}]', ["box 1 2 3 4 a", "box 5 6 7 8 b"]],
  ["keys with one quote", '[{"bbox_2d": [1, 2, 3, 4], label": "a"}, {"bbox_2d": [5, 6, 7, 8], "label: "b"}]', ["box 1 2 3 4 a", "box 5 6 7 8 b"]],
  ["numbers without commas", '[{"bbox_2d": [1 2 3 4], "label": "a"}]', ["box 1 2 3 4 a"]],
  ["corners in tags", '[{"bbox": "<box>1 2 3 4</box>", "label": "a"}]', ["box 1 2 3 4 a"]],
  ["reversed corners", '{"bbox_2d": [30, 40, 10, 20], "label": "a"}', ["box 10 20 30 40 a"]],
  ["corners outside", '{"bbox_2d": [-20, 10, 1010, 1000], "label": "a"}', ["box 0 10 1000 1000 a"]],
  ["boxes that are none", '[{"bbox_2d": [0, 0, 0, 0], "label": "a"}, {"bbox_2d": null, "label": "b"}, {"bbox_2d": [1, 2, 3], "label": "c"}, {"bbox_2d": ["a", "b", "c", "d"]}]', []],
  ["fractions of the sides", '[{"bbox_2d": [0.1, 0.2, 0.5, 0.6], "label": "a"}]', ["box 100 200 500 600 a"]],
  ["a score behind the corners", '{"bbox_2d": [1, 2, 3, 4, 0.9], "label": "a"}', ["box 1 2 3 4 a"]],
  ["a polygon", '{"bbox_2d": [1, 2, 9, 2, 9, 8, 1, 8], "text_content": "a"}', ["text 1 2 9 8 a"]],
  ["text under another key", '[{"bbox_2d": [1, 2, 3, 4], "text": "STOP"}]', ["text 1 2 3 4 STOP"]],
  ["a place that is a word", '[{"bbox_2d": [1, 2, 3, 4], "label": "a", "position": "left"}]', ["box 1 2 3 4 a"]],
  ["tags of earlier models", "<ref>cat</ref><box>(100,200),(300,400)</box>", ["box 100 200 300 400 cat"]],
  ["bare numbers after a word for them", "The cat's bounding box is [100, 200, 300, 400].", ["box 100 200 300 400"]],
  ["numbers that are no box", "Sorted: [12, 45, 78, 120]. A matrix: [[1, 2], [3, 4]].", []],
  ["data", '{"labels": ["Mon", "Tue"], "series": [{"x": 1, "y": 4}, {"x": 2, "y": 5}], "total": [1, 2]}', []],
  ["code", "```js\nconst bbox = {}; draw({ bbox_2d: [1, 2, 3, 4] });\n```", []],
])("takes %s", (_, answer, expected) => {
  expect(marksOf(answer)).toEqual(expected);
});

test("pixels are recognised where values exceed 1000 and fit the picture", () => {
  const large: MediumContext = { kind: "image", width: 2000, height: 1600, resizedWidth: 1024, resizedHeight: 832 };
  const answer = '[{"bbox_2d": [200, 160, 1000, 800], "label": "a"}, {"bbox_2d": [1000, 800, 2000, 1600], "label": "b"}]';
  expect(marksOf(answer, [large])).toEqual(["box 100 100 500 500 a", "box 500 500 1000 1000 b"]);
  // On a picture that is smaller they are slips.
  expect(marksOf(answer, [picture])).toEqual(["box 200 160 1000 800 a"]);
});

test("the picture that a list is about", () => {
  const list = (index: number) => `[{"bbox_2d": [1, 2, 3, ${index}], "label": "a"}]`;
  const media = [picture, picture, picture];
  const mediaOf = (answer: string) => parse(answer, media).marks.map(({ medium }) => medium);
  expect(mediaOf(`Picture 1:\n${list(4)}\n\nPicture 3:\n${list(5)}`)).toEqual([0, 2]);
  expect(mediaOf('[{"bbox_2d": [1, 2, 3, 4], "img_idx": 1}, {"bbox_2d": [1, 2, 3, 4], "image": "Picture 3"}, {"bbox_2d": [1, 2, 3, 4], "image": 9}]')).toEqual([1, 2, 2]);
  expect(mediaOf('{"image_1": [{"bbox_2d": [1, 2, 3, 4]}], "image_2": [{"bbox_2d": [1, 2, 3, 4]}]}')).toEqual([0, 1]);
});

test("moving boxes lie on the clip", () => {
  const { marks, events } = sample("spaceTime", [picture, clip]);
  expect(marks.map(({ time, medium, label, attributes }) => ({ time, medium, label, attributes }))).toEqual([
    { time: 1, medium: 1, label: "ball", attributes: [] },
    { time: 1.5, medium: 1, label: "ball", attributes: [] },
  ]);
  expect(events).toEqual([]);
  expect(parse('{"00:01.50": [{"bbox_2d": [1, 2, 3, 4], "label": "a"}], "2.0s": {"bbox_2d": [1, 2, 3, 4], "label": "a"}}', [clip]).marks.map(({ time }) => time)).toEqual([1.5, 2]);
  expect(parse('<2.5 seconds> {"bbox_2d": [1, 2, 3, 4], "label": "a"}', [clip]).marks.map(({ time }) => time)).toEqual([2.5]);
  // On a picture a time is an attribute.
  expect(parse('{"bbox_2d": [1, 2, 3, 4], "label": "clock", "time": "10:10"}').marks).toMatchObject([{ attributes: [{ key: "time", value: "10:10" }] }]);
});

test.each<[string, string, [number, number, string][]]>([
  ["ranges as keys", samples.keyedEvents ?? "", [[1.5, 4, "A gull lands."], [4, 62.25, 'It walks "slowly" away.']]],
  ["starts and ends", samples.listedEvents ?? "", [[3, 9.5, "A boat docks."], [10, 12.5, "Ropes are thrown."]]],
  ["a list with short keys", '[{"start": 1, "end": 2, "label": "a"}, {"begin": "01:02:03", "end": "01:02:04", "text": "b"}]', [[1, 2, "a"], [3723, 3724, "b"]]],
  ["a range as a value", '[{"timestamp": "00:01 - 00:02", "event": "a"}, {"time": [3, 4.5], "description": "b"}]', [[1, 2, "a"], [3, 4.5, "b"]]],
  ["reversed", '{"00:04 - 00:02": "a"}', [[2, 4, "a"]]],
  ["Chinese dashes and colons", '{"00：01.00 至 00：02.00"： "一"，"00:03—00:04": "二"}', [[1, 2, "一"], [3, 4, "二"]]],
  ["texts in objects", '{"00:01 - 00:02": {"event": "a", "who": "b"}}', [[1, 2, "a"]]],
  ["lines of prose", "Events:\n- 00:01.00 - 00:02.50: A door opens.\n2. **0:03 – 0:04**: It closes.\n[00:05 - 00:06] Dark.\n\n12:30 is noon.", [[1, 2.5, "A door opens."], [3, 4, "It closes."], [5, 6, "Dark."]]],
])("events: %s", (_, answer, expected) => {
  expect(parse(answer, [clip]).events.map(({ start, end, text }) => [start, end, text])).toEqual(expected);
  expect(parse(answer, [picture]).events).toEqual([]);
});

test("pages as HTML and Markdown", () => {
  const html = sample("html").document;
  expect(html?.parts.map(({ kind, box }) => [kind, box.x1, box.y2])).toEqual([["h1", 0.1, 0.12], ["image", 0.1, 0.6], ["p", 0.52, 0.6]]);
  expect(html?.source.startsWith("<html>") && html.source.endsWith("</html>")).toBe(true);
  const last = html?.parts[2];
  expect(samples.html?.slice(last?.range.start, last?.range.end)).toBe('<p data-bbox="520 150 900 600">Low water <b>6:10</b></p>');
  const markdown = sample("markdown").document;
  expect(markdown?.format).toBe("markdown");
  expect(markdown?.parts.map(({ kind, box }) => [kind, box])).toEqual([
    ["image", { x1: 0.1, y1: 0.15, x2: 0.48, y2: 0.6 }],
    ["table", { x1: 0.52, y1: 0.15, x2: 0.9, y2: 0.6 }],
  ]);
  expect(parse('Sure:\n<div data-bbox="1 2 3 4">a</div> Done.').document?.source).toBe('<div data-bbox="1 2 3 4">a</div>');
});

test("steps of agents, with what was thought", () => {
  expect(sample("mobile").actions).toMatchObject([
    { device: "mobile", action: "click", thought: "The settings are behind the gear.", from: { x: 500 / 999, y: 1 }, details: [{ key: "description", value: "Tap the gear." }] },
  ]);
  expect(sample("computer").actions).toMatchObject([{ device: "computer", action: "left_click", from: { x: 0.25, y: 1 } }]);
  const swipe = '<tool_call>{"name": "mobile_use", "arguments": {"action": "swipe", "coordinate": [500, 800], "coordinate2": [500, 200]}}</tool_call>';
  expect(parse(swipe).actions).toMatchObject([{ from: { y: 800 / 999 }, to: { y: 200 / 999 } }]);
  const drag = '{"name": "computer_use", "arguments": {"action": "mouse_move", "coordinate": [100, 100]}}\n{"name": "computer_use", "arguments": {"action": "left_click_drag", "coordinate": [300, 100]}}';
  expect(parse(drag).actions[1]).toMatchObject({ from: { x: 0.1 }, to: { x: 0.3 } });
  const typed = String.raw`<tool_call>{"name": "computer_use", "arguments": "{\"action\": \"key\", \"keys\": [\"ctrl\", \"c\"]}"}</tool_call>`;
  expect(parse(typed).actions).toMatchObject([{ action: "key", details: [{ key: "keys", value: "ctrl, c" }] }]);
});

test("requests to enlarge", () => {
  expect(sample("zoom", [clip, picture]).zooms).toMatchObject([{ medium: 1, label: "sign", box: { x1: 0.6, y1: 0.1, x2: 0.8, y2: 0.3 } }]);
  expect(sample("zoom").marks).toEqual([]);
});

test("previews", () => {
  expect(sample("preview").previews.map(({ language, complete }) => [language, complete])).toEqual([["html", true], ["mermaid", true], ["svg", true]]);
  expect(parse("```html\n<p>Hi", [], false).previews).toMatchObject([{ source: "<p>Hi", complete: false }]);
  expect(parse("Look: <svg viewBox='0 0 1 1'></svg> nice").previews).toMatchObject([{ language: "svg", source: "<svg viewBox='0 0 1 1'></svg>", complete: true }]);
});

test.each(Object.entries(samples))("%s: every prefix parses, and what was found stays what it was", (_, answer) => {
  const media = [picture, clip];
  const seen = new Map<string, string>();
  for (let length = 0; length <= answer.length; length++) {
    const { marks, events, actions, zooms, previews, document } = parse(answer.slice(0, length), media, false);
    const items = [...marks, ...events, ...actions, ...zooms, ...previews, ...(document?.parts ?? [])];
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
    for (const mark of marks) {
      expect(seen.get(mark.id) ?? short(mark)).toBe(short(mark));
      seen.set(mark.id, short(mark));
    }
    parse(answer.slice(0, length), media, true);
  }
  const last = parse(answer, media).marks;
  if (!answer.includes("</think>")) expect([...seen.keys()].every((id) => last.some((mark) => mark.id === id))).toBe(true);
});

test.each(Object.entries(samples))("%s: characters left out or doubled never throw", (_, answer) => {
  for (let at = 0; at < answer.length; at++) {
    parse(answer.slice(0, at) + answer.slice(at + 1), [picture, clip]);
    parse(answer.slice(0, at) + (answer[at] ?? "") + answer.slice(at), [clip]);
  }
});

test("time grows with the length only: 200,000 hostile characters", () => {
  const pieces = ["<points ", "<ref>", "<box>(1,2)", "data-bbox=", "<a data-bbox='", "<!-- Image (", "00:01 - ", "```\n", "~~~html\n", "<svg ", "<!doctype html", "Thought:", '{"name":"mobile_use","arguments":{', '{"bbox_2d":[1,2,3,4],"label":"a"},', '"bbox_2d": [', "Picture 1 ", " ", "\\", "‘“「", "- ", '{"a":'];
  for (const piece of pieces) {
    const text = piece.repeat(Math.ceil(200_000 / piece.length));
    expect(() => parse(text, [picture, clip])).not.toThrow();
    expect(() => parse(`[${text}`, [picture, clip], false)).not.toThrow();
  }
  const lines = "\n".repeat(200_000);
  expect(parse(`{"bbox_2d":[1,2,3,4],"label":"a${lines}b"}`, [picture]).marks).toMatchObject([{ label: expect.stringMatching(/^a\s+b$/) as string }]);
});

test("events and marks with times belong to the clip that was named last", () => {
  const clip = { kind: "video", width: 64, height: 64 } as const;
  const several = [clip, { kind: "image", width: 64, height: 64 } as const, clip];
  const answer = [
    "**Video 1**",
    "- 00:01 - 00:02: rain",
    "",
    "**Video 2**",
    "- 00:03 - 00:04: snow",
    "```json",
    '[{"start": 1, "end": 2, "event": "sun", "video": 1}, {"time": 1.5, "bbox_2d": [0, 0, 500, 500], "label": "sun"}]',
    "```",
  ].join("\n");
  const found = parseResults(answer, { media: several, complete: true });
  expect(found.events.map(({ text, medium }) => [text, medium])).toEqual([["rain", 0], ["snow", 2], ["sun", 0]]);
  expect(found.marks.map(({ medium }) => medium)).toEqual([2]);
  // Where nothing is said it may be either, and of one clip there is nothing to say.
  expect(parseResults("- 00:01 - 00:02: rain", { media: several, complete: true }).events[0]).not.toHaveProperty("medium");
  expect(parseResults("Video 2\n- 00:01 - 00:02: rain", { media: [clip], complete: true }).events[0]).not.toHaveProperty("medium");
  // Counted through the conversation.
  expect(parseResults("Video 4:\n- 00:01 - 00:02: rain", { media: several, complete: true, clipsBefore: 2 }).events[0]).toMatchObject({ medium: 2 });
});
