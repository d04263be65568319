import { expect, test } from "vitest";
import { clampView, clockTime, eventsAt, fractionOf, lanesOf, panView, scaleTimes, viewWith, zoomView } from "./timeline.ts";

test("zooming keeps what is under the pointer where it is", () => {
  const view = zoomView({ start: 0, end: 100 }, 100, { factor: 0.5, time: 30 });
  expect(view).toEqual({ start: 15, end: 65 });
  expect(fractionOf(view, 30)).toBeCloseTo(0.3);
});

test("no more than the clip and no less than a second is seen", () => {
  expect(zoomView({ start: 10, end: 60 }, 100, { factor: 10, time: 30 })).toEqual({ start: 0, end: 100 });
  expect(zoomView({ start: 10, end: 12 }, 100, { factor: 0.01, time: 11 })).toEqual({ start: 10.5, end: 11.5 });
  expect(zoomView({ start: 0, end: 0.4 }, 0.4, { factor: 0.01, time: 0.2 })).toEqual({ start: 0, end: 0.4 });
});

test("the view stays within the clip", () => {
  expect(panView({ start: 10, end: 30 }, 100, -20)).toEqual({ start: 0, end: 20 });
  expect(panView({ start: 10, end: 30 }, 100, 200)).toEqual({ start: 80, end: 100 });
  expect(clampView({ start: 5, end: 500 }, 100)).toEqual({ start: 0, end: 100 });
});

test("a view that shows the time stays as it is, another follows", () => {
  const view = { start: 10, end: 30 };
  expect(viewWith(view, 100, 30)).toBe(view);
  expect(viewWith(view, 100, 31)).toEqual({ start: 29, end: 49 });
  expect(viewWith(view, 100, 99)).toEqual({ start: 80, end: 100 });
});

test.each([
  [{ start: 0, end: 10 }, 6, [0, 2, 4, 6, 8, 10]],
  [{ start: 0, end: 4.9 }, 6, [0, 1, 2, 3, 4]],
  [{ start: 3.2, end: 4.2 }, 5, [3.2, 3.4, 3.6, 3.8, 4, 4.2]],
  [{ start: 0, end: 3600 }, 6, [0, 600, 1200, 1800, 2400, 3000, 3600]],
])("the scale of %j", (view, most, times) => {
  expect(scaleTimes(view, most)).toEqual(times);
});

test("events that overlap lie in rows of their own, the others share one", () => {
  expect(lanesOf([{ start: 0, end: 4 }, { start: 4, end: 6 }, { start: 5, end: 9 }, { start: 0, end: 1 }, { start: 7, end: 8 }])).toEqual([0, 0, 1, 1, 0]);
});

test("the events at a time", () => {
  const events = [{ start: 1, end: 3 }, { start: 2, end: 2 }, { start: 3, end: 4 }];
  expect([0, 1, 2, 2.5, 3, 4].map((time) => eventsAt(events, time))).toEqual([[], [0], [0, 1], [0], [2], []]);
});

test.each([
  [0, "0:00"],
  [5.25, "0:05.25"],
  [5.5, "0:05.5"],
  [59.999, "1:00"],
  [62.04, "1:02.04"],
  [3725, "1:02:05"],
])("%d seconds are written %s", (seconds, text) => {
  expect(clockTime(seconds)).toBe(text);
});
