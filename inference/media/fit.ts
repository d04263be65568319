import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import type { ImagePart, MediaPart, VideoPart } from "../conversation.ts";
import { EngineError } from "../errors.ts";
import { decodeFrames, probeClip } from "./clip.ts";
import type { MediaContext } from "./context.ts";
import { defaultListRate, mediaRules } from "./cost.ts";
import { FfmpegTimeout, findFfmpeg, runFfmpeg } from "./ffmpeg.ts";
import type { FittedForm, FittedMedium } from "./fitted.ts";
import { chooseFrames } from "./frameSampling.ts";
import { decodeImage } from "./image.ts";
import { clipSize, imageSize, listedFrameSize } from "./pixelBudget.ts";
import { resizeBicubic, type RgbImage } from "./resample.ts";
import type { Size } from "./smartResize.ts";
import { openMedium, readMedium } from "./source.ts";

/**
 * Media for an engine elsewhere: reduced on this machine to what the model is to see of them, so that any engine sees the
 * same frames at the same size, whatever options it knows. A size that is a multiple of the patches it leaves as it is.
 */

export interface FitOptions {
  form: FittedForm;
  /** An empty one. */
  folder: string;
}

const jpeg = { quality: 95, chromaSubsampling: "4:4:4" } as const;

/** @throws EngineError with one of the media codes; what `context.signal` was aborted with. */
export async function fitMedium(part: MediaPart, options: FitOptions, context: MediaContext): Promise<FittedMedium> {
  if (part.type === "image") return fitPicture(part, options, context);
  const { video } = part;
  const { rate, times } = typeof video === "string" ? await fitClip(part, video, options, context) : await fitFrameList(part, video, options, context);
  const files = times.map((_, position) => join(options.folder, frameName(position)));
  const frames = { rate, times };
  if (options.form === "frames") return { files, mime: "image/jpeg", frames };
  return { files: [await joinFrames(options.folder, rate, context)], mime: "video/mp4", frames };
}

async function fitPicture(part: ImagePart, { folder }: FitOptions, context: MediaContext): Promise<FittedMedium> {
  const { limits, signal } = context;
  await using medium = await openMedium(part.image, { source: context.source, kind: "image", limit: limits.imageBytes, signal });
  const picture = await decodeImage(await readMedium(medium, signal), medium.name, context);
  const resized = await resizeBicubic(picture, imageSize(part, mediaRules(context).image, { size: picture, name: medium.name }), signal);
  const file = join(folder, "picture");
  const lossy = picture.format === "jpeg";
  await (lossy ? pixels(resized).jpeg(jpeg) : pixels(resized).png()).toFile(file);
  return { files: [file], mime: lossy ? "image/jpeg" : "image/png" };
}

async function fitClip(part: VideoPart, reference: string, { folder }: FitOptions, context: MediaContext): Promise<{ rate: number; times: number[] }> {
  const { limits, signal } = context;
  const rules = mediaRules(context);
  await using medium = await openMedium(reference, { source: context.source, kind: "video", limit: limits.videoBytes, signal });
  const ffmpeg = await findFfmpeg(context.ffmpegPath);
  const { path, name } = medium;
  const info = await probeClip(ffmpeg, medium, context);
  const indices = chooseFrames(part, { ...info, name }, { ...rules.video, sampledFrames: rules.sampledFrames });
  const distinct = [...new Set(indices)];
  let size: Size | undefined;
  let last: RgbImage | undefined;
  const onFrame = async (frame: RgbImage, position: number): Promise<void> => {
    size ??= clipSize(part, rules.video, { frames: indices.length, modelSequenceLength: rules.modelSequenceLength, size: frame, name });
    last = await resizeBicubic(frame, size, signal);
    await writeFrame(last, position, folder);
    context.onFrames?.(position + 1, distinct.length);
  };
  await decodeFrames(ffmpeg, { path, name, info }, { limits, signal, indices: distinct, onFrame });
  if (!last) throw new EngineError("video_corrupt", { name });
  // The only frame of a clip is shown twice.
  for (let position = distinct.length; position < indices.length; position++) await writeFrame(last, position, folder);
  return { rate: rateOf(indices, info.fps), times: indices.map((index) => index / info.fps) };
}

async function fitFrameList(part: VideoPart, references: readonly string[], { folder }: FitOptions, context: MediaContext): Promise<{ rate: number; times: number[] }> {
  const { limits, signal } = context;
  const rules = mediaRules(context);
  const name = `${references.length} frames`;
  if (references.length > limits.sampledFrames) throw new EngineError("video_too_many_frames", { name, frames: references.length, limit: limits.sampledFrames });
  const { temporalPatchSize } = rules.video;
  const frames = Math.ceil(references.length / temporalPatchSize) * temporalPatchSize;
  const rate = part.sample_fps ?? defaultListRate;
  let size: Size | undefined;
  for (const [position, reference] of references.entries()) {
    await using medium = await openMedium(reference, { source: context.source, kind: "image", limit: limits.imageBytes, signal });
    const picture = await decodeImage(await readMedium(medium, signal), medium.name, context);
    const listed = listedFrameSize(part, rules.video, { size: picture, name: medium.name });
    size ??= clipSize(part, rules.video, { frames, modelSequenceLength: rules.modelSequenceLength, size: listed, name });
    await writeFrame(await resizeBicubic(picture, size, signal), position, folder);
    context.onFrames?.(position + 1, references.length);
  }
  return { rate, times: references.map((_, position) => position / rate) };
}

/** Frames a second of the frames that were chosen; one that is shown twice lasts as long as it did. */
function rateOf(indices: readonly number[], fps: number): number {
  const span = (indices.at(-1) ?? 0) - (indices[0] ?? 0);
  return span > 0 ? ((indices.length - 1) * fps) / span : fps;
}

function frameName(position: number): string {
  return `${String(position).padStart(6, "0")}.jpg`;
}

async function writeFrame(frame: RgbImage, position: number, folder: string): Promise<void> {
  await pixels(frame).jpeg(jpeg).toFile(join(folder, frameName(position)));
}

function pixels({ width, height, data }: RgbImage): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** The frames as they are, one after the other in one file: Motion JPEG needs no encoder and loses nothing more. */
async function joinFrames(folder: string, rate: number, { ffmpegPath, limits, signal }: MediaContext): Promise<string> {
  const file = join(folder, "clip.mp4");
  const args = [
    ...["-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-f", "image2", "-framerate", rate.toFixed(6), "-i", join(folder, "%06d.jpg")],
    ...["-c:v", "copy", "-movflags", "+faststart", file],
  ];
  const command = { executable: await findFfmpeg(ffmpegPath), args, seconds: limits.ffmpegSeconds, signal };
  try {
    const { exitCode, stderr } = await runFfmpeg(command, async (stdout) => {
      await stdout.resume().toArray();
    });
    if (exitCode !== 0) throw new Error(`ffmpeg ended with ${String(exitCode)}: ${stderr}`);
  } catch (fault) {
    if (fault instanceof FfmpegTimeout) throw new EngineError("internal", {}, { cause: fault });
    throw fault;
  }
  return file;
}
