"use client";

import { useState } from "react";
import type { UploadedMedia } from "../../server/protocol.ts";
import { useSettled } from "../ui/useSettled.ts";
import { frameSrc } from "./clipFrames.ts";

export interface HoverFrameProps {
  medium: UploadedMedia;
  /** Seconds. */
  time: number;
  /** Along the timeline, from 0 to 1. */
  place: number;
  /** Seconds that the timeline shows. */
  length: number;
}

/** Milliseconds that the pointer rests before a frame is asked for. */
const pause = 60;
/** As many different frames are asked for along a timeline: the browser keeps them. */
const distinct = 160;

/** What is seen at the time under the pointer, above the timeline. */
export function HoverFrame({ medium, time, place, length }: HoverFrameProps) {
  const step = Math.max(length / distinct, 0.04);
  const src = useSettled(frameSrc(medium, Math.max(Math.round(time / step) * step, 0)), pause);
  const [shown, setShown] = useState(false);
  const { width, height } = medium.info;
  return (
    <div
      aria-hidden
      data-hover-frame=""
      className="pointer-events-none absolute bottom-full z-10 mb-1 w-36 -translate-x-1/2 overflow-hidden rounded-lg border border-line bg-black shadow-lg"
      style={{ left: `clamp(4.5rem, ${place * 100}%, calc(100% - 4.5rem))`, aspectRatio: Math.max(width, 1) / Math.max(height, 1), maxHeight: "9rem", visibility: shown ? "visible" : "hidden" }}
    >
      <img src={src} alt="" onLoad={() => setShown(true)} onError={() => setShown(false)} className="size-full object-contain" />
    </div>
  );
}
