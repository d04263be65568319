import { mediaUrl } from "../media/upload.ts";
import type { Box } from "../results/types.ts";

/** A part of a picture in pixels, and the size at which it is drawn. */
export interface CropPlan {
  left: number;
  top: number;
  width: number;
  height: number;
  drawnWidth: number;
  drawnHeight: number;
}

/** What is smaller than this is enlarged: 256 visual tokens of 32×32 pixels, from which on letters can be read. */
const leastArea = 512 ** 2;
const mostEnlarged = 8;
/** Below this (pixels) there is nothing to see, so the region grows around its middle. */
const leastSide = 32;

/** The region of a picture of this size, in whole pixels within it, enlarged where it is small. */
export function planCrop({ x1, y1, x2, y2 }: Box, size: { width: number; height: number }): CropPlan {
  const [left, right] = widen(x1 * size.width, x2 * size.width, size.width);
  const [top, bottom] = widen(y1 * size.height, y2 * size.height, size.height);
  const width = right - left;
  const height = bottom - top;
  const scale = Math.min(mostEnlarged, Math.max(1, Math.sqrt(leastArea / (width * height))));
  return { left, top, width, height, drawnWidth: Math.round(width * scale), drawnHeight: Math.round(height * scale) };
}

function widen(from: number, to: number, length: number): [number, number] {
  const missing = Math.max(0, Math.min(leastSide, length) - (to - from)) / 2;
  const start = Math.max(0, Math.min(Math.floor(from - missing), length - Math.min(leastSide, length)));
  return [start, Math.min(length, Math.max(Math.ceil(to + missing), start + Math.min(leastSide, length)))];
}

/**
 * Cuts a region out of an uploaded picture at its original resolution.
 * @throws Error when the picture cannot be fetched or drawn
 */
export async function cropPicture(media: string, box: Box, name: string, signal: AbortSignal): Promise<File> {
  const response = await fetch(mediaUrl(media), { signal });
  if (!response.ok) throw new Error(`${mediaUrl(media)}: ${response.status}`);
  const picture = await createImageBitmap(await response.blob());
  try {
    const { left, top, width, height, drawnWidth, drawnHeight } = planCrop(box, picture);
    const canvas = new OffscreenCanvas(drawnWidth, drawnHeight);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("The browser gives no canvas to draw on.");
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, left, top, width, height, 0, 0, drawnWidth, drawnHeight);
    return new File([await canvas.convertToBlob({ type: "image/png" })], name, { type: "image/png" });
  } finally {
    picture.close();
  }
}
