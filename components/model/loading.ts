import type { Loading } from "../../inference/protocol.ts";

/** Where each stage of loading begins in the whole, by what they take on an ordinary machine. */
const begin = { connecting: 0, downloading: 0, reading: 0, preparing: 0.1, starting: 0.8 } as const;
const end = { connecting: 0, downloading: 1, reading: 0.1, preparing: 0.8, starting: 1 } as const;

/** How far loading is as a whole, 0 to 1; a download, of which nobody knows how long it takes, counts for itself. */
export function loadingFraction({ stage, fraction }: Loading): number {
  return begin[stage] + (end[stage] - begin[stage]) * fraction;
}
