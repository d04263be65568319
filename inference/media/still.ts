import type { Readable } from "node:stream";
import { EngineError } from "../errors.ts";
import type { ClipFile } from "./clip.ts";
import type { MediaLimits } from "./context.ts";
import { FfmpegTimeout, inputOptions, runFfmpeg } from "./ffmpeg.ts";

export interface StillOptions {
  ffmpeg: string;
  limits: Pick<MediaLimits, "framePixels" | "ffmpegSeconds">;
  /** The longer side of the picture at most, in pixels; it is never enlarged. */
  side: number;
  signal: AbortSignal;
}

/** A frame of this many bytes is not one that we asked for. */
const longest = 8 * 1024 * 1024;

/**
 * The frame that is shown at a time (s) of a clip, as JPEG, for people to look at; what the model sees is decoded by `clip.ts`.
 * A time behind the last frame gives the poster's, the first.
 *
 * @throws EngineError video_corrupt, ffmpeg_missing; what the signal was aborted with.
 */
export async function stillOf(clip: ClipFile, seconds: number, options: StillOptions): Promise<Buffer> {
  const picture = await decode(clip, seconds, options);
  if (picture.length > 0) return picture;
  const first = seconds > 0 ? await decode(clip, 0, options) : picture;
  if (first.length === 0) throw new EngineError("video_corrupt", { name: clip.name });
  return first;
}

async function decode({ path, name }: ClipFile, seconds: number, { ffmpeg, limits, side, signal }: StillOptions): Promise<Buffer> {
  const args = [
    ...inputOptions(limits),
    ...["-ss", seconds.toFixed(3), "-i", `file:${path}`, "-map", "0:V:0", "-an", "-sn", "-dn", "-map_metadata", "-1"],
    ...["-vf", `scale=w='min(${side},iw)':h='min(${side},ih)':force_original_aspect_ratio=decrease`, "-frames:v", "1"],
    ...["-c:v", "mjpeg", "-q:v", "4", "-f", "image2pipe", "pipe:1"],
  ];
  try {
    const { value } = await runFfmpeg({ executable: ffmpeg, args, seconds: limits.ffmpegSeconds, signal }, (stdout) => readAll(stdout, name));
    return value;
  } catch (fault) {
    if (fault instanceof FfmpegTimeout) throw new EngineError("video_corrupt", { name }, { cause: fault });
    throw fault;
  }
}

async function readAll(stdout: Readable, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdout as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longest) throw new EngineError("video_corrupt", { name });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
