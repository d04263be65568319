import type { UploadedMedia } from "../../server/protocol.ts";
import { UploadError } from "./upload.ts";

/** Clips that are made of pictures: the frames of a clip in a folder, or pictures that the reader joins. */

/** Frames a second where nobody says: the rate at which the model looks at clips. */
export const usualRate = 2;

/** Frames in the order of their numbers: "frame 2" before "frame 10". */
export function inOrder<Item extends { name: string }>(frames: readonly Item[]): Item[] {
  const { compare } = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  return frames.toSorted((a, b) => compare(a.name, b.name));
}

/** Whether these look like the frames of one clip: several pictures whose names differ in a number only. */
export function looksLikeFrames(files: readonly Pick<File, "name" | "type">[]): boolean {
  if (files.length < 4 || !files.every(({ type }) => type.startsWith("image/"))) return false;
  return new Set(files.map(({ name }) => name.replace(/\d+(?=\D*$)/, "#"))).size === 1;
}

/**
 * One clip of uploaded pictures. What it will cost is estimated from its pictures: frames are looked at in pairs.
 *
 * @throws UploadError frames_differ where they are not of one size
 */
export function clipOfPictures(pictures: readonly UploadedMedia[], { name, fps }: { name: string; fps: number }): UploadedMedia {
  const [first] = pictures;
  if (!first) throw new UploadError({ code: "media_empty", params: { name } });
  const other = pictures.find(({ info }) => info.width !== first.info.width || info.height !== first.info.height);
  if (other) throw new UploadError({ code: "frames_differ", params: { name: other.name, width: first.info.width, height: first.info.height } });
  const { width, height, resizedWidth, resizedHeight, tokens } = first.info;
  const count = pictures.length;
  return {
    id: first.id,
    name,
    bytes: pictures.reduce((sum, { bytes }) => sum + bytes, 0),
    mime: first.mime,
    info: {
      kind: "video",
      format: "frames",
      ...{ width, height, resizedWidth, resizedHeight },
      duration: count / fps,
      fps,
      frames: count,
      sampledTimes: pictures.map((_, index) => index / fps),
      hasAudio: false,
      tokens: Math.ceil(count / 2) * tokens,
    },
    frames: { media: pictures.map(({ id }) => id), fps },
  };
}
