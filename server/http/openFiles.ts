import { readFileSync } from "node:fs";

const mostConnections = 1000;
const fewestConnections = 16;
/** Files that the server itself needs: its log, the worker's pipes, uploads on their way to the disk. */
const ownFiles = 64;

/** How many connections the process may hold, so that it never runs out of file descriptors. Others are closed as they come. */
export function connectionLimit(limits: string = systemLimits()): number {
  const [, files] = /^Max open files +(\d+)/m.exec(limits) ?? [];
  if (files === undefined) return mostConnections;
  // Each may bring an upload, which is a file too.
  return Math.max(fewestConnections, Math.min(mostConnections, Math.floor((Number(files) - ownFiles) / 2)));
}

/** Linux has a file on it; elsewhere limits are seldom so low. */
function systemLimits(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return "";
  }
}
