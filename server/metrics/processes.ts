import { readdirSync, readFileSync } from "node:fs";

/** Bytes, by Linux's /proc; undefined elsewhere, or when there is no such process. */
export function residentMemory(pid: number | undefined): number | undefined {
  const kibibytes = attempt(() => /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** Of this process; undefined where /proc is not. */
export function openFiles(): number | undefined {
  return attempt(() => readdirSync("/proc/self/fd").length);
}

function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
