import { expect, test } from "vitest";
import { RestartPolicy } from "./restartPolicy.ts";

const timing = { backoff: 1000, breaker: 300_000 };

test("at once, then after 1, 2, 4 s; the fifth death in a minute opens the breaker", () => {
  const policy = new RestartPolicy(timing, () => 0);
  const delays = Array.from({ length: 5 }, () => policy.died());
  expect(delays.map(({ delay }) => delay)).toEqual([0, 1000, 2000, 4000, 300_000]);
  expect(delays.map(({ open }) => open)).toEqual([false, false, false, false, true]);
});

test("after the pause, one more death opens it again", () => {
  let now = 0;
  const policy = new RestartPolicy(timing, () => now);
  for (let death = 0; death < 5; death += 1) policy.died();
  now = 300_100;
  expect(policy.died().open).toBe(true);
});

test("deaths far apart, or with work done between them, are no crash loop", () => {
  let now = 0;
  const apart = new RestartPolicy(timing, () => (now += 61_000));
  const working = new RestartPolicy(timing, () => 0);
  for (let death = 0; death < 20; death += 1) {
    expect(apart.died()).toEqual({ open: false, delay: 0 });
    expect(working.died()).toEqual({ open: false, delay: 0 });
    working.worked();
  }
});
