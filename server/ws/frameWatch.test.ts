import { expect, test } from "vitest";
import { clientFrame } from "../testing/raw.ts";
import { FrameWatch } from "./frameWatch.ts";

const text = (length: number, first = 0x81): Buffer => clientFrame(first, "x".repeat(length));
const ping = clientFrame(0x89, "");

/** A watch and its clock. */
function setUp(): { watch: FrameWatch; clock: { now: number } } {
  const clock = { now: 0 };
  return { watch: new FrameWatch(() => clock.now), clock };
}

test.each([0, 1, 125, 126, 65_535, 65_536, 300_000])("a message of %i bytes is over with its last byte, however it is cut", (length) => {
  const bytes = text(length);
  for (const size of [1, 7, bytes.length]) {
    if (size === 1 && length > 1000) continue;
    const { watch, clock } = setUp();
    for (let place = 0; place < bytes.length; place += size) {
      watch.feed(bytes.subarray(place, place + size));
      clock.now += 0.001;
    }
    clock.now += 1e9;
    expect(watch.isLate(5000)).toBe(false);
    watch.feed(bytes.subarray(0, 1));
    clock.now += 5001;
    expect(watch.isLate(5000)).toBe(true);
  }
});

test("a message in crumbs is late after its time, and pings in between buy none", () => {
  const { watch, clock } = setUp();
  watch.feed(text(1, 0x01));
  for (let index = 0; index < 6; index += 1) {
    clock.now += 1000;
    watch.feed(ping);
  }
  expect(watch.isLate(5000)).toBe(true);
});

test("pings alone are no message, and a large one on a slow line has its time", () => {
  const { watch, clock } = setUp();
  watch.feed(ping);
  clock.now += 1e6;
  expect(watch.isLate(5000)).toBe(false);
  const bytes = text(200_000);
  for (let second = 0; second < 20; second += 1) {
    watch.feed(bytes.subarray(second * 10_000, (second + 1) * 10_000));
    clock.now += 1000;
    expect(watch.isLate(5000)).toBe(false);
  }
  clock.now += 6000;
  expect(watch.isLate(5000)).toBe(true);
});
