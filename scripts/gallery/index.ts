import { chart, page, receipt, report, signs, sketch } from "./pages.ts";
import { desktop, phone } from "./screens.ts";
import { beach, dishes, football, harbour, room } from "./scenes.ts";
import { corridorAt, parking } from "./space.ts";
import { crossingAt, street } from "./street.ts";

export const pictures: Readonly<Record<string, () => string>> = {
  beach,
  chart,
  desktop,
  dishes,
  football,
  harbour,
  page,
  parking,
  phone,
  receipt,
  "report-1": () => report(1),
  "report-2": () => report(2),
  "report-3": () => report(3),
  "report-4": () => report(4),
  room,
  signs,
  sketch,
  street,
};

export interface Clip {
  frames: () => string[];
  fps: number;
  /** The second that its thumbnail shows. */
  at: number;
}

const timesOf = (seconds: number, fps: number) => Array.from({ length: seconds * fps }, (_, index) => index / fps);

export const clips: Readonly<Record<string, Clip>> = {
  corridor: { frames: () => timesOf(10, 10).map(corridorAt), fps: 10, at: 0 },
  crossing: { frames: () => timesOf(12, 12).map(crossingAt), fps: 12, at: 6.5 },
};
