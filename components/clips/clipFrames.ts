import type { UploadedMedia } from "../../server/protocol.ts";
import { frameUrl, mediaUrl } from "../media/upload.ts";
import type { ShownFrame } from "./FramesScreen.tsx";
import { frameAt } from "./playback.ts";

/** A clip's frames as pictures. Seconds. */

type Clip = Pick<UploadedMedia, "id" | "info" | "frames">;

/** As many frames of a clip are shown where the browser can't play it. */
const mostShown = 600;
const usualRate = 4;

/** The picture at a time. */
export function frameSrc({ id, frames }: Clip, seconds: number): string {
  if (!frames) return frameUrl(id, seconds);
  const index = frameAt(frames.media.map((_, position) => position / frames.fps), seconds);
  return mediaUrl(frames.media[index] ?? id);
}

/** The clip as pictures one after the other: its own where it is made of some, else a few a second. */
export function shownFrames(clip: Clip): ShownFrame[] {
  const { info, frames } = clip;
  if (frames) return frames.media.map((id, index) => ({ time: index / frames.fps, src: mediaUrl(id) }));
  if (info.kind !== "video") return [];
  const rate = Math.min(usualRate, info.fps, mostShown / Math.max(info.duration, 1e-3));
  const count = Math.max(1, Math.floor(info.duration * rate));
  return Array.from({ length: count }, (_, index) => ({ time: index / rate, src: frameUrl(clip.id, index / rate) }));
}
