/** What a process has used so far. */
export interface Usage {
  /** Of all its threads. */
  cpuSeconds: number;
  /** Pages that had to be read from the disk, as mapped weights are at their first use. */
  pagesRead: number;
}

export interface HeartbeatOptions {
  beat: () => void;
  usage?: () => Usage;
  /** Seconds of a monotonic clock. */
  now?: () => number;
}

/** As a share of one core: a process that waits for something uses hundreds of times less. */
const leastCpuShare = 0.05;
const leastPagesPerSecond = 1;

/**
 * Says that a worker is alive while it computes. A timer alone would say so of one that hangs in native code, whose event loop
 * goes on all the same; and a large picture on a slow processor keeps a single native call busy for minutes, without a word.
 */
export class Heartbeat {
  readonly #options: Required<HeartbeatOptions>;
  #before: Usage & { time: number };

  constructor({ beat, usage = ownUsage, now = () => performance.now() / 1000 }: HeartbeatOptions) {
    this.#options = { beat, usage, now };
    this.#before = { ...usage(), time: now() };
  }

  /** To be called every few seconds. */
  tick(): void {
    const { usage, now, beat } = this.#options;
    const before = this.#before;
    const after = { ...usage(), time: now() };
    const seconds = after.time - before.time;
    this.#before = after;
    const computes = after.cpuSeconds - before.cpuSeconds >= leastCpuShare * seconds;
    const reads = after.pagesRead - before.pagesRead >= leastPagesPerSecond * seconds;
    if (seconds > 0 && (computes || reads)) beat();
  }
}

function ownUsage(): Usage {
  const { userCPUTime, systemCPUTime, majorPageFault } = process.resourceUsage();
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, pagesRead: majorPageFault };
}
