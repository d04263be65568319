import { setTimeout as sleep } from "node:timers/promises";
import type { DemoServer } from "./demoServer.ts";

const period = 200;

/**
 * Does something while the embedded model, which answers in a moment, is as slow as a large one: its process runs for a few
 * milliseconds at a time and is halted in between. What it does stays the same, so that there is time to interrupt it.
 *
 * @param share of the time that the process may run.
 */
export async function whileSlow(server: DemoServer, work: () => Promise<void>, share = 0.05): Promise<void> {
  const pid = await server.workerPid();
  let slow = true;
  const throttle = async (): Promise<void> => {
    while (slow && signal(pid, "SIGSTOP")) {
      await sleep(period * (1 - share));
      if (!signal(pid, "SIGCONT")) return;
      await sleep(period * share);
    }
  };
  const throttled = throttle();
  try {
    await work();
  } finally {
    slow = false;
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
