import { expect, test } from "vitest";
import { exportFindings, type Findings } from "./exports.ts";

const range = { start: 0, end: 0 };
const findings: Findings = {
  events: [
    { id: "b", range, start: 62.5, end: 65, text: 'She says "no", & leaves\n\n<quickly>' },
    { id: "a", range, start: 3, end: 3, text: "=1+1 --> jump" },
  ],
  marks: [],
};
const marked: Findings = {
  events: [],
  marks: [
    { id: "1", kind: "box", label: "cat", time: 1, box: { x1: 0.1, y1: 0.2, x2: 0.3, y2: 0.4 } },
    { id: "2", kind: "point", label: "dog", time: 1, box: { x1: 0.5, y1: 0.5, x2: 0.5, y2: 0.5 } },
  ],
};

test("SRT: in the order of time, no blank line within a cue, a moment for a second", () => {
  expect(exportFindings("srt", findings)).toBe(
    '1\n00:00:03,000 --> 00:00:04,000\n=1+1 --> jump\n\n2\n00:01:02,500 --> 00:01:05,000\nShe says "no", & leaves\n<quickly>\n',
  );
});

test("WebVTT: nothing of a text is markup or another cue", () => {
  expect(exportFindings("vtt", findings)).toBe(
    'WEBVTT\n\n00:00:03.000 --> 00:00:04.000\n=1+1 --&gt; jump\n\n00:01:02.500 --> 00:01:05.000\nShe says "no", &amp; leaves\n&lt;quickly&gt;\n',
  );
});

test("CSV: quoted, and no text is a formula", () => {
  expect(exportFindings("csv", findings)).toBe('start,end,event\r\n62.5,65,"She says ""no"", & leaves\n\n<quickly>"\r\n3,3,\'=1+1 --> jump\r\n');
});

test("JSON: as the model is asked for it", () => {
  expect(JSON.parse(exportFindings("json", findings))).toEqual({
    events: [
      { start_time: 62.5, end_time: 65, event: 'She says "no", & leaves\n\n<quickly>' },
      { start_time: 3, end_time: 3, event: "=1+1 --> jump" },
    ],
  });
});

test("marks: at their times, in thousandths", () => {
  expect(exportFindings("srt", marked)).toBe("1\n00:00:01,000 --> 00:00:02,000\ncat, dog\n");
  expect(exportFindings("csv", marked)).toBe("start,end,event,x1,y1,x2,y2\r\n1,1,cat,100,200,300,400\r\n1,1,dog,500,500,500,500\r\n");
  expect(JSON.parse(exportFindings("json", marked))).toEqual({
    marks: [
      { time: 1, label: "cat", bbox_2d: [100, 200, 300, 400] },
      { time: 1, label: "dog", point_2d: [500, 500] },
    ],
  });
});
