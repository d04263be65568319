"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { UploadedMedia } from "../../server/protocol.ts";
import { mediaUrl } from "../media/upload.ts";
import type { Box } from "../results/types.ts";

/** The longest side of a piece (pixels): the frame gets it as text. */
const longestSide = 1600;

/** Cuts pieces from the pictures of the pages, as data URLs: the sandboxed frame can load nothing else. `undefined` until all are there. */
export function useCrops(pages: readonly UploadedMedia[]): ((page: number, box: Box) => string | undefined) | undefined {
  const [images, setImages] = useState<readonly (HTMLImageElement | undefined)[]>();
  const made = useRef(new Map<string, string | undefined>());
  useEffect(() => {
    let current = true;
    made.current.clear();
    void Promise.all(pages.map(load)).then((loaded) => {
      if (current) setImages(loaded);
    });
    return () => {
      current = false;
    };
  }, [pages]);
  const crop = useCallback(
    (page: number, box: Box): string | undefined => {
      const key = [page, box.x1, box.y1, box.x2, box.y2].join(" ");
      if (!made.current.has(key)) made.current.set(key, cut(images?.[page], box));
      return made.current.get(key);
    },
    [images],
  );
  return images && crop;
}

async function load({ id }: UploadedMedia): Promise<HTMLImageElement | undefined> {
  const image = new Image();
  image.src = mediaUrl(id);
  // A page whose picture is gone has no pieces.
  return image.decode().then(
    () => image,
    () => undefined,
  );
}

function cut(image: HTMLImageElement | undefined, { x1, y1, x2, y2 }: Box): string | undefined {
  if (!image) return undefined;
  const [x, y] = [x1 * image.naturalWidth, y1 * image.naturalHeight];
  const [width, height] = [(x2 - x1) * image.naturalWidth, (y2 - y1) * image.naturalHeight];
  if (width < 1 || height < 1) return undefined;
  const scale = Math.min(1, longestSide / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d")?.drawImage(image, x, y, width, height, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.9);
}
