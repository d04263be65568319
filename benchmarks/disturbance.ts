import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { setTimeout } from "node:timers/promises";

/** Whether other programs take part of the processor, which costs those the most that wait for each other often. */

/** Share of all cores from which on a measurement is worth being repeated. */
export const tooMuch = 0.05;
const attempts = 3;
/** Milliseconds after which nothing is repeated. */
const patience = 15_000;
const longestWait = 5_000;

interface Usage {
  /** Milliseconds of all cores. */
  total: number;
  busy: number;
  own: number;
}

/**
 * Does a piece of work in a process again when others disturbed it, and returns the least disturbed result with the share
 * of the cores that others took. Waits a little for a calm moment first.
 */
export async function undisturbed<T>(pid: number, work: () => Promise<T>): Promise<{ result: T; others: number }> {
  let best: { result: T; others: number } | undefined;
  const started = performance.now();
  for (let attempt = 0; attempt < attempts && (!best || performance.now() - started < patience); attempt++) {
    await calm(pid);
    const before = usage(pid);
    const result = await work();
    const others = othersShare(before, usage(pid));
    if (!best || others < best.others) best = { result, others };
    if (others < tooMuch) break;
  }
  if (!best) throw new RangeError("no attempt");
  return best;
}

async function calm(pid: number): Promise<void> {
  for (const started = performance.now(); performance.now() - started < longestWait; ) {
    const before = usage(pid);
    await setTimeout(400);
    if (othersShare(before, usage(pid)) < tooMuch) return;
  }
}

/** How much of the processor others took in the measurements that count: a sentence for those who read the results. */
export function describeDisturbance(shares: readonly number[]): string {
  const disturbed = shares.filter((share) => share >= tooMuch);
  if (disturbed.length === 0) return `In none of ${shares.length} measurements did other programs take more than ${percent(tooMuch)} of the processor.`;
  return `In ${disturbed.length} of ${shares.length} measurements other programs took more than ${percent(tooMuch)} of the processor, at most ${percent(Math.max(...disturbed))}.`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

export function othersShare(before: Usage, after: Usage): number {
  const total = after.total - before.total;
  const others = after.busy - before.busy - (after.own - before.own);
  return total > 0 && others > 0 ? others / total : 0; // also where it is not known
}

function usage(pid: number): Usage {
  let total = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    total += times.user + times.nice + times.sys + times.idle + times.irq;
    idle += times.idle;
  }
  return { total, busy: total - idle, own: processMilliseconds(pid) };
}

/** As Linux counts it, in hundredths of a second; elsewhere it is not known. */
function processMilliseconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return NaN;
  }
}
