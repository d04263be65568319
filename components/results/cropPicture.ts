import type { Box } from "./types.ts";

/** Smaller parts than this many pixels a side say nothing, and larger ones than the picture are none. */
const smallest = 8;

/** The pixels of a part, at least `smallest` wide and high. */
export function cropRectangle({ x1, y1, x2, y2 }: Box, { width, height }: { width: number; height: number }): { x: number; y: number; width: number; height: number } {
  const span = (from: number, to: number, side: number) => {
    const size = Math.min(Math.max(Math.round((to - from) * side), smallest), side);
    return { at: Math.min(Math.max(Math.round(from * side), 0), side - size), size };
  };
  const across = span(x1, x2, width);
  const down = span(y1, y2, height);
  return { x: across.at, y: down.at, width: across.size, height: down.size };
}

/**
 * A part of a picture as a file of its own, in the pixels of the original, as it is displayed (EXIF orientation applied).
 * @throws DOMException or TypeError where the picture cannot be read.
 */
export async function cropPicture(picture: Blob, box: Box, name = "part.png"): Promise<File> {
  const bitmap = await createImageBitmap(picture, { imageOrientation: "from-image" });
  try {
    const { x, y, width, height } = cropRectangle(box, bitmap);
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext("2d")?.drawImage(bitmap, x, y, width, height, 0, 0, width, height);
    return new File([await canvas.convertToBlob({ type: "image/png" })], name, { type: "image/png" });
  } finally {
    bitmap.close();
  }
}

/** The bytes of an upload. @throws TypeError where they cannot be fetched. */
export async function fetchPicture(url: string): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok) throw new TypeError(`The picture cannot be read (${response.status}).`);
  return response.blob();
}
