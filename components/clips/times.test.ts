import { expect, test } from "vitest";
import { findTimes } from "./times.ts";

/** The text of each time with its seconds, in a clip of ten minutes. */
function read(text: string, duration = 600): string[] {
  return findTimes(text, duration).map(({ start, end, seconds, until }) => `${text.slice(start, end)} = ${seconds}${until === undefined ? "" : ` to ${until}`}`);
}

test.each([
  ["At 00:12 a dog appears.", ["00:12 = 12"]],
  ["It begins at 1:05.", ["1:05 = 65"]],
  ["00:03.50: a ball", ["00:03.50 = 3.5"]],
  ["[00:07] and (00:09)", ["00:07 = 7", "00:09 = 9"]],
  ["0:05, 0:10, and 0:15", ["0:05 = 5", "0:10 = 10", "0:15 = 15"]],
  ["at 00:01:02.25 it ends", ["00:01:02.25 = 62.25"]],
  ["00:00:03,500 --> 00:00:05,250", ["00:00:03,500 = 3.5", "00:00:05,250 = 5.25"]],
  ["00:12–00:15: a jump", ["00:12–00:15 = 12 to 15"]],
  ['{"00:03.00 - 00:07.50": "She cuts"}', ["00:03.00 - 00:07.50 = 3 to 7.5"]],
  ["from 0:03 to 0:05", ["0:03 to 0:05 = 3 to 5"]],
  ["从00:03到00:05", ["00:03到00:05 = 3 to 5"]],
  ["**00:12**", ["00:12 = 12"]],
  ["| 00:12 | 00:15 | jump |", ["00:12 = 12", "00:15 = 15"]],
  ["00:15 to 00:12", ["00:15 to 00:12 = 15"]],
])("clock times: %s", (text, times) => {
  expect(read(text)).toEqual(times);
});

test.each([
  ["At 12.5 seconds it falls.", ["12.5 seconds = 12.5"]],
  ["at 3s and 4 s", ["3s = 3", "4 s = 4"]],
  ["<12.5 seconds>", ["<12.5 seconds> = 12.5"]],
  ["around 8 sec.", ["8 sec = 8"]],
  ["after 3 seconds the light changes", ["3 seconds = 3"]],
  ["from 3 to 5 seconds", ["3 to 5 seconds = 3 to 5"]],
  ["3–5 s: running", ["3–5 s = 3 to 5"]],
  ["from 3.0s to 5.5s", ["3.0s to 5.5s = 3 to 5.5"]],
  ["between 2 and 4 seconds", ["2 and 4 seconds = 2 to 4"]],
  ["at 1 minute and 20 seconds", ["1 minute and 20 seconds = 80"]],
  ["at 1m20s", ["1m20s = 80"]],
  ["1 min 5 sec: cut", ["1 min 5 sec = 65"]],
  ["at about 2 minutes", ["2 minutes = 120"]],
  ["the 12-second mark", ["12-second = 12"]],
  ["in the 12th second", ["12th second = 12"]],
  ["at second 7 he turns", ["7 = 7"]],
  ["t=3.5s", ["3.5s = 3.5"]],
])("seconds: %s", (text, times) => {
  expect(read(text)).toEqual(times);
});

test.each([
  ["第12秒出现一只狗", ["第12秒 = 12"]],
  ["在第 12.5 秒", ["第 12.5 秒 = 12.5"]],
  ["1分20秒时他跳起来", ["1分20秒 = 80"]],
  ["第1分20秒", ["第1分20秒 = 80"]],
  ["1分钟05秒", ["1分钟05秒 = 65"]],
  ["3秒至5秒", ["3秒至5秒 = 3 to 5"]],
  ["第3秒到第5秒", ["第3秒到第5秒 = 3 to 5"]],
  ["3-5秒", ["3-5秒 = 3 to 5"]],
  ["在5秒左右", ["5秒 = 5"]],
])("Chinese: %s", (text, times) => {
  expect(read(text)).toEqual(times);
});

test.each([
  ['{"time": 1.0, "bbox_2d": [1, 2, 3, 4]}', ["1.0 = 1"]],
  ['{"start_time": 2, "end_time": 4.5, "event": "x"}', ["2 = 2", "4.5 = 4.5"]],
  ['{"count": 3, "times": 4}', []],
])("JSON: %s", (text, times) => {
  expect(read(text)).toEqual(times);
});

test.each([
  "a ratio of 16:9",
  "an aspect ratio of 16:10",
  "16:9 and 4:3",
  "they won 21:15",
  "the score is 3:2",
  "a score of 03:02",
  "比分是 21:15",
  "宽高比为 16:10",
  "on 2024-01-02 10:30",
  "2024-01-02T10:30:00",
  "at 10:30 am",
  "at 9:15 p.m.",
  "下午 3:30",
  "it costs $3.50 or 5:99",
  "09:75",
  "1:2:3",
  "http://localhost:8080",
  "127.0.0.1:80",
  "12:345",
  "it lasts 5 seconds",
  "for about 3 seconds",
  "for 3 to 5 seconds",
  "a 10-second clip",
  "the clip is 12 seconds long",
  "5 seconds later",
  "every 2 seconds",
  "the first 3 seconds",
  "music of the 80s",
  "in the 1990s",
  "an iPhone 5s",
  "3 sheep",
  "20 sausages",
  "2 minutes",
  "60 fps, 30 mph",
  "持续5秒",
  "时长为12秒",
  "每2秒一次",
  "前3秒",
  "3秒钟",
  "5秒内",
  "version 1.02:03",
])("no times: %s", (text) => {
  expect(read(text)).toEqual([]);
});

test("what lies behind the end of the clip is no time of it", () => {
  expect(read("00:12, 00:20, 15 seconds", 13)).toEqual(["00:12 = 12"]);
  expect(read("16:10", 60)).toEqual([]);
});

test("a time may be rounded up over the end of the clip", () => {
  expect(read("at 00:12", 11.6)).toEqual(["00:12 = 11.6"]);
  expect(read("10–20 s", 12)).toEqual(["10–20 s = 10 to 12"]);
});

test("a long text without times takes no longer than it has characters", () => {
  const hostile = `${"1".repeat(50_000)} ${"1:".repeat(25_000)} ${"1 m ".repeat(12_500)} ${"第".repeat(50_000)}${" ".repeat(50_000)}`;
  expect(read(hostile)).toEqual([]);
});
