"use client";

import type { UploadedMedia } from "../../server/protocol.ts";
import { mediaUrl } from "../media/upload.ts";
import type { Box } from "../results/types.ts";

/** A part of a picture, at most as large as it is there. */
export function Crop({ medium, box: { x1, y1, x2, y2 }, alt }: { medium: UploadedMedia; box: Box; alt: string }) {
  const { width, height } = medium.info;
  const [across, down] = [x2 - x1, y2 - y1];
  if (across <= 0 || down <= 0) return null;
  return (
    <span
      className="relative block max-w-full overflow-hidden rounded-md border border-line"
      style={{ width: across * width, aspectRatio: `${across * width} / ${down * height}` }}
    >
      <img
        src={mediaUrl(medium.id)}
        alt={alt}
        className="absolute max-w-none"
        style={{ width: `${100 / across}%`, height: `${100 / down}%`, left: `${(-100 * x1) / across}%`, top: `${(-100 * y1) / down}%` }}
      />
    </span>
  );
}
