import { expect, it } from "vitest";
import { clipAt, clipMentions } from "./clipMentions.ts";

const clips = (text: string, count = 3, before = 0) => clipMentions(text, { count, before }).map(({ clip }) => clip);

it("finds which clip is meant", () => {
  expect(clips("**Video 2:** a car. Clip #3 shows rain, video 1 not.")).toEqual([1, 2, 0]);
  expect(clips('{"video": 2, "start": 1} {"Video_3": []}')).toEqual([2]);
  expect(clipMentions('{"video": 2, "start": 1}', { count: 3, before: 0 }, { keys: true })).toEqual([{ at: 2, clip: 1 }]);
  expect(clips("视频 2：一辆车。第三个视频下雨，第1段视频没有。")).toEqual([1, 2, 0]);
  expect(clips("In the first clip it rains, in the Second video it snows.")).toEqual([0, 1]);
});

it("takes no times, lengths and foreign numbers for it", () => {
  expect(clips("In the clip 00:12 it rains. The video 2.5 s long. A video 3 seconds long, clip 9, video 2 s")).toEqual([]);
  expect(clips("Video 1", 1)).toEqual([]);
});

it("counts as the model does, through the conversation", () => {
  expect(clips("Video 3 and Video 4", 2, 2)).toEqual([0, 1]);
  expect(clips("Video 1 and Video 2", 2, 5)).toEqual([0, 1]);
});

it("holds until another one is named", () => {
  const text = "Intro. Video 2: from 0:01. Video 1: at 0:03.";
  const mentions = clipMentions(text, { count: 2, before: 0 });
  expect([0, text.indexOf("0:01"), text.indexOf("0:03")].map((at) => clipAt(mentions, at))).toEqual([undefined, 1, 0]);
});
