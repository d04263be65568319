export type SheetSize = "half" | "full";

export interface Release {
  /** Of the sheet when the finger left it, and of the window (px). */
  height: number;
  full: number;
  /** Of the finger, downwards (px/ms). */
  speed: number;
}

/** Faster than this, the direction decides instead of the place (px/ms). */
const flick = 0.5;

/** Where a sheet comes to rest. */
export function settle({ height, full, speed }: Release): SheetSize | "closed" {
  const share = height / full;
  if (speed > flick) return share > 0.62 ? "half" : "closed";
  if (speed < -flick) return "full";
  if (share < 0.32) return "closed";
  return share > 0.75 ? "full" : "half";
}
