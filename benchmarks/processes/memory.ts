import { readFileSync } from "node:fs";
import type { Memory } from "../protocol.ts";

/** What this process has in memory now, as Linux counts it in /proc/self/smaps_rollup. */
export function processMemory(): Memory {
  const text = readFileSync("/proc/self/smaps_rollup", "utf8");
  const bytes = (name: string) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1]);
  return { resident: bytes("Rss"), proportional: bytes("Pss"), anonymous: bytes("Anonymous") };
}
