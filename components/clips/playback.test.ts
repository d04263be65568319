import { beforeEach, expect, test } from "vitest";
import { frameAt, Playback, stepped, type Screen } from "./playback.ts";

/** A screen that does at once what it is told, and says so. */
class TestScreen implements Screen {
  readonly told: string[] = [];
  readonly #playback: Playback;

  constructor(playback: Playback) {
    this.#playback = playback;
  }

  play(): void {
    this.told.push("play");
    this.#playback.report({ playing: true });
  }

  pause(): void {
    this.told.push("pause");
    this.#playback.report({ playing: false });
  }

  seek(seconds: number): void {
    this.told.push(`seek ${seconds}`);
  }

  setRate(rate: number): void {
    this.told.push(`rate ${rate}`);
  }
}

let playback: Playback;
let screen: TestScreen;

beforeEach(() => {
  playback = new Playback(10, 25);
  screen = new TestScreen(playback);
  playback.attach(screen);
  screen.told.length = 0;
});

test("a stretch is played to its end, once", () => {
  playback.playStretch({ start: 2, end: 4 });
  expect(screen.told).toEqual(["seek 2", "play"]);
  playback.report({ time: 3.9 });
  expect(playback.get()).toMatchObject({ time: 3.9, playing: true, stretch: { start: 2, end: 4 } });
  playback.report({ time: 4.02 });
  expect(playback.get()).toMatchObject({ time: 4, playing: false, stretch: undefined });
});

test("a stretch that loops begins again", () => {
  playback.setLoop(true);
  playback.playStretch({ start: 2, end: 4 });
  playback.report({ time: 4.02 });
  expect(playback.get()).toMatchObject({ time: 2, playing: true, stretch: { start: 2, end: 4 } });
});

test("a stretch up to the end of the clip loops as well", () => {
  playback.setLoop(true);
  playback.playStretch({ start: 8, end: 12 });
  playback.report({ time: 9.9, playing: false });
  playback.ended();
  expect(playback.get()).toMatchObject({ time: 8, playing: true });
});

test("a moment is gone to, not stopped at", () => {
  playback.playStretch({ start: 5, end: 5 });
  expect(playback.get()).toMatchObject({ time: 5, playing: true, stretch: undefined });
});

test("going elsewhere ends a stretch, going within it does not", () => {
  playback.playStretch({ start: 2, end: 4 });
  playback.seek(3);
  expect(playback.get().stretch).toBeDefined();
  playback.seek(6);
  expect(playback.get().stretch).toBeUndefined();
});

test("no time outside of the clip is gone to", () => {
  playback.seek(-3);
  playback.seek(30);
  expect(screen.told).toEqual(["seek 0", "seek 10"]);
});

test("played again at its end, the clip begins from the start", () => {
  playback.seek(10);
  playback.play();
  expect(screen.told.slice(-2)).toEqual(["seek 0", "play"]);
});

test("another screen goes on where the clip is", () => {
  playback.setRate(2);
  playback.seek(3);
  const other = new TestScreen(playback);
  playback.attach(other);
  expect(other.told).toEqual(["rate 2", "seek 3"]);
});

test("a step stops the clip and shows the neighbouring frame", () => {
  playback.play();
  playback.seek(1);
  playback.step(1);
  expect(playback.get()).toMatchObject({ playing: false });
  expect(playback.get().time).toBeCloseTo(1.041, 3);
  playback.step(-1);
  expect(playback.get().time).toBeCloseTo(1.001, 3);
});

test("steps lead from frame to frame, and no further than the last", () => {
  expect(stepped([0, 0.5, 2], 0.7, 1)).toBe(2);
  expect(stepped([0, 0.5, 2], 0.7, -1)).toBe(0);
  expect(stepped([0, 0.5, 2], 2, 1)).toBe(2);
});

test("the frame at a time is the last that began", () => {
  expect([0, 0.49, 0.5, 1.9, 2, 9].map((time) => frameAt([0, 0.5, 2], time))).toEqual([0, 0, 1, 1, 2, 2]);
});
