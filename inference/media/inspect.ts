import sharp from "sharp";
import type { MediaInfo } from "../events.ts";
import { EngineError } from "../errors.ts";
import { decodeFrames, probeClip } from "./clip.ts";
import type { MediaContext } from "./context.ts";
import { findFfmpeg } from "./ffmpeg.ts";
import { decodeImage } from "./image.ts";
import { clipSize, imageSize } from "./pixelBudget.ts";
import type { RgbImage } from "./resample.ts";
import type { Size } from "./smartResize.ts";
import { localSourceOptions, openMedium, readMedium, type OpenedMedium } from "./source.ts";
import { chooseFrames } from "./video.ts";

/** A file of this machine, such as an upload. */
export interface MediaFile {
  path: string;
  /** As its owner calls it; for error messages. */
  name: string;
  kind: "image" | "video";
}

const posterSide = 512;

/**
 * What a picture or clip is and how the model will see it with default options. Pictures are decoded whole and clips by
 * their first sampled frame, so that what is damaged is refused here and not in the middle of a conversation.
 *
 * With `posterPath`, that frame of a clip is written there as a JPEG of at most 512 pixels a side.
 *
 * @throws EngineError with one of the media codes; what `context.signal` was aborted with.
 */
export async function inspectMedium(file: MediaFile, context: MediaContext, posterPath?: string): Promise<MediaInfo> {
  const { limits, signal } = context;
  const { name, kind } = file;
  const limit = kind === "image" ? limits.imageBytes : limits.videoBytes;
  await using medium = await openMedium(file.path, { source: localSourceOptions("/"), kind, limit, name, signal });
  switch (kind) {
    case "image":
      return await inspectImage(medium, context);
    case "video":
      return await inspectClip(medium, context, posterPath);
  }
}

async function inspectImage(file: OpenedMedium, context: MediaContext): Promise<MediaInfo> {
  const { name } = file;
  const { format, width, height } = await decodeImage(await readMedium(file, context.signal), name, context);
  const { image } = context.processors;
  const resized = imageSize({}, image, { size: { width, height }, name });
  return { kind: "image", format, width, height, ...resizedFields(resized), tokens: tokensOf(resized, image) };
}

async function inspectClip(file: OpenedMedium, context: MediaContext, posterPath: string | undefined): Promise<MediaInfo> {
  const { limits, signal, modelSequenceLength } = context;
  const { video } = context.processors;
  const ffmpeg = await findFfmpeg(context.ffmpegPath);
  const info = await probeClip(ffmpeg, file, context);
  const indices = chooseFrames({}, { ...info, name: file.name }, context);

  let poster: RgbImage | undefined;
  const onFrame = (frame: RgbImage) => {
    poster = frame;
    return Promise.resolve();
  };
  const { path, name } = file;
  await decodeFrames(ffmpeg, { path, name, info }, { limits, signal, indices: indices.slice(0, 1), onFrame });
  if (!poster) throw new EngineError("video_corrupt", { name: file.name });
  if (posterPath !== undefined) await writePoster(poster, posterPath);

  const { width, height } = poster;
  const resized = clipSize({}, video, { frames: indices.length, modelSequenceLength, size: { width, height }, name: file.name });
  return {
    kind: "video",
    format: info.format,
    width,
    height,
    ...resizedFields(resized),
    duration: info.seconds,
    fps: info.fps,
    frames: info.frames,
    sampledTimes: indices.map((index) => index / info.fps),
    hasAudio: info.hasAudio,
    tokens: Math.ceil(indices.length / video.temporalPatchSize) * tokensOf(resized, video),
  };
}

const resizedFields = ({ width, height }: Size) => ({ resizedWidth: width, resizedHeight: height });

function tokensOf({ width, height }: Size, { patchSize, mergeSize }: { patchSize: number; mergeSize: number }): number {
  return (width * height) / (patchSize * mergeSize) ** 2;
}

async function writePoster({ width, height, data }: RgbImage, path: string): Promise<void> {
  await sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ width: posterSide, height: posterSide, fit: "inside", withoutEnlargement: true })
    .jpeg({ quality: 80 })
    .toFile(path);
}
