import sharp from "sharp";
import type { MediaInfo } from "../events.ts";
import { EngineError } from "../errors.ts";
import { decodeFrames, probeClip } from "./clip.ts";
import type { MediaContext } from "./context.ts";
import { clipCost, mediaRules, pictureCost } from "./cost.ts";
import { chooseFrames } from "./frameSampling.ts";
import { findFfmpeg } from "./ffmpeg.ts";
import { decodeImage } from "./image.ts";
import type { RgbImage } from "./resample.ts";
import type { Size } from "./smartResize.ts";
import { localSourceOptions, openMedium, readMedium, type OpenedMedium } from "./source.ts";

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
  const { size, tokens } = pictureCost({}, { width, height, name }, mediaRules(context));
  return { kind: "image", format, width, height, ...resizedFields(size), tokens };
}

async function inspectClip(file: OpenedMedium, context: MediaContext, posterPath: string | undefined): Promise<MediaInfo> {
  const { limits, signal } = context;
  const rules = mediaRules(context);
  const ffmpeg = await findFfmpeg(context.ffmpegPath);
  const info = await probeClip(ffmpeg, file, context);
  const indices = chooseFrames({}, { ...info, name: file.name }, { ...rules.video, sampledFrames: rules.sampledFrames });

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
  const { size, tokens, times } = clipCost({}, { ...info, width, height, name }, rules);
  return {
    kind: "video",
    format: info.format,
    width,
    height,
    ...resizedFields(size),
    duration: info.seconds,
    fps: info.fps,
    frames: info.frames,
    sampledTimes: [...times],
    hasAudio: info.hasAudio,
    tokens,
  };
}

const resizedFields = ({ width, height }: Size) => ({ resizedWidth: width, resizedHeight: height });

async function writePoster({ width, height, data }: RgbImage, path: string): Promise<void> {
  await sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ width: posterSide, height: posterSide, fit: "inside", withoutEnlargement: true })
    .jpeg({ quality: 80 })
    .toFile(path);
}
