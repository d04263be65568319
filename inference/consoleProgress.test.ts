import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { consoleProgress } from "./consoleProgress.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

function written(isTTY: boolean) {
  let text = "";
  const write = (part: unknown) => {
    text += String(part);
    return true;
  };
  return { show: consoleProgress({ isTTY, write }), text: () => text };
}

it("writes one line anew on a terminal, and wipes it at the end", () => {
  const { show, text } = written(true);
  show({ stage: "preparing", fraction: 0.1 });
  vi.advanceTimersByTime(1500);
  show({ stage: "preparing", fraction: 0.2 });
  show({ stage: "preparing", fraction: 0.3 });
  show({ stage: "starting", fraction: 0 });
  const line = "\r\u001b[K";
  expect(text()).toBe(`${line}Preparing the weights, once: 20 %${line}Preparing the weights, once: 30 %${line}`);
});

it("writes a line now and then elsewhere, and nothing about what is done in a moment", () => {
  const { show, text } = written(false);
  show({ stage: "reading", fraction: 0 });
  show({ stage: "starting", fraction: 0 });
  expect(text()).toBe("");
  for (let second = 0; second < 15; second++) {
    vi.advanceTimersByTime(1000);
    show({ stage: "downloading", fraction: second / 15 });
  }
  expect(text().split("\n")).toHaveLength(3);
});
