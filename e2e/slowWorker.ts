import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serverConfigSchema } from "../server/protocol.ts";
import type { DemoServer } from "./demoServer.ts";
import { pausingSignals } from "./pausingSignals.ts";

/** For `serverOptions`: `whileSlow` needs it. */
export const pausingWorker = path.join(import.meta.dirname, "pausingWorker.ts");

/** How fast the worker runs. */
export interface Pace {
  /** Not at all, until `slow`. */
  halt(): void;
  /** A pause before every token. */
  slow(): void;
}

/**
 * Does something while the embedded model, which answers in a moment, is as slow as a large one. What it does stays the
 * same, so that there is time to interrupt it.
 */
export async function whileSlow(server: DemoServer, work: (pace: Pace) => Promise<void>): Promise<void> {
  await isReady(server); // before that, a signal would end it
  const pid = await server.workerPid();
  signal(pid, pausingSignals.slow);
  try {
    await work({ halt: () => signal(pid, "SIGSTOP"), slow: () => signal(pid, "SIGCONT") });
  } finally {
    signal(pid, pausingSignals.fast);
    signal(pid, "SIGCONT");
  }
}

/** Milliseconds of a halt and of the run after it. */
const halted = 300;
const running = 4;

/** The same for what comes before the first token: the worker runs for a few milliseconds at a time. */
export async function whileThrottled(server: DemoServer, work: () => Promise<void>): Promise<void> {
  const pid = await server.workerPid();
  let over = false;
  const throttle = async (): Promise<void> => {
    while (!over) {
      signal(pid, "SIGSTOP");
      await sleep(halted);
      signal(pid, "SIGCONT");
      // Waited out on the spot: on a busy machine a timer would fire much too late.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, running);
    }
  };
  const throttled = throttle();
  try {
    await work();
  } finally {
    over = true;
    await throttled;
  }
}

async function isReady(server: DemoServer): Promise<void> {
  for (;;) {
    const response = await fetch(new URL("/api/config", server.url));
    if (serverConfigSchema.parse(await response.json()).status.state === "ready") return;
    await sleep(100);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it was killed, by the test
  }
}
