import { setTimeout as sleep } from "node:timers/promises";
import type { DemoServer } from "./demoServer.ts";

/** Milliseconds of a halt and of the run after it. */
const halted = 300;
const running = 4;

/** How fast the worker runs. */
export interface Pace {
  /** Not at all, until `slow`. */
  halt(): void;
  /** A few milliseconds at a time. */
  slow(): void;
}

/**
 * Does something while the embedded model, which answers in a moment, is as slow as a large one: its process runs for a few
 * milliseconds at a time and is halted in between. What it does stays the same, so that there is time to interrupt it.
 */
export async function whileSlow(server: DemoServer, work: (pace: Pace) => Promise<void>): Promise<void> {
  const pid = await server.workerPid();
  let state: "slow" | "halted" | "over" = "slow";
  const throttle = async (): Promise<void> => {
    while (state !== "over" && signal(pid, "SIGSTOP")) {
      await sleep(halted);
      if (state === "halted") continue;
      if (!signal(pid, "SIGCONT")) return;
      // Waited out on the spot: on a busy machine a timer would fire much too late.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, running);
    }
    signal(pid, "SIGCONT");
  };
  const throttled = throttle();
  const halt = (): void => {
    state = "halted";
    signal(pid, "SIGSTOP");
  };
  try {
    await work({ halt, slow: () => (state = "slow") });
  } finally {
    state = "over";
    await throttled;
  }
}

/** Whether the process was there to get it. */
function signal(pid: number, name: "SIGSTOP" | "SIGCONT"): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false; // it was killed, by the test
  }
}
