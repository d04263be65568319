import { describe, expect, it } from "vitest";
import { loadingText, type Progress, ProgressMeter } from "./progress.ts";

function meter(total: number) {
  const reports: Progress[] = [];
  const clock = { time: 1000 };
  const progress = new ProgressMeter(total, (report) => reports.push(report), { interval: 100, now: () => clock.time });
  return {
    reports,
    work: (amount: number, milliseconds: number) => {
      clock.time += milliseconds;
      progress.add(amount);
    },
    perSecond: () => progress.perSecond,
  };
}

describe("a progress meter", () => {
  it("says the time that is left once it knows the speed", () => {
    const { reports, work, perSecond } = meter(100);
    for (let second = 0; second < 5; second++) work(10, 1000);
    expect(reports[0]).toEqual({ fraction: 0.1 });
    expect(reports.at(-1)?.fraction).toBe(0.5);
    expect(reports.at(-1)?.secondsLeft).toBeCloseTo(5);
    expect(perSecond()).toBeCloseTo(10);
  });

  it("follows a change of speed without a jump", () => {
    const { reports, work } = meter(1000);
    for (let second = 0; second < 10; second++) work(10, 1000);
    work(1, 1000);
    const slower = reports.at(-1)?.secondsLeft ?? 0;
    expect(slower).toBeGreaterThan(899 / 10);
    expect(slower).toBeLessThan(899 / 5);
  });

  it("reports seldom, and always the end", () => {
    const { reports, work } = meter(1000);
    for (let step = 0; step < 1000; step++) work(1, 1);
    expect(reports.length).toBeLessThan(15);
    expect(reports.at(-1)?.fraction).toBe(1);
  });

  it("takes nothing to do as done", () => {
    const { reports, work } = meter(0);
    work(0, 0);
    expect(reports).toEqual([{ fraction: 1 }]);
  });
});

it("describes loading in a line", () => {
  expect(loadingText({ stage: "preparing", fraction: 0.357, secondsLeft: 250 })).toBe("Preparing the weights, once: 35 %, 4 min left");
  expect(loadingText({ stage: "downloading", fraction: 0, secondsLeft: 9000, bytesPerSecond: 12_340_000 })).toBe(
    "Downloading the checkpoint: 0 %, 12.3 MB/s, 2.5 h left",
  );
  expect(loadingText({ stage: "starting", fraction: 0.5 })).toBe("Starting the model: 50 %");
});
