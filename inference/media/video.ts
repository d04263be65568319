import type { VideoPart } from "../conversation.ts";
import { EngineError } from "../errors.ts";
import { decodeFrames, probeClip } from "./clip.ts";
import type { MediaContext } from "./context.ts";
import { defaultListRate } from "./cost.ts";
import { findFfmpeg } from "./ffmpeg.ts";
import { chooseFrames, patchTimestamps } from "./frameSampling.ts";
import { decodeImage } from "./image.ts";
import { mediumKey } from "./key.ts";
import { PatchWriter } from "./patches.ts";
import { clipSize, listedFrameSize } from "./pixelBudget.ts";
import { resizeBicubic, type RgbImage } from "./resample.ts";
import type { Size } from "./smartResize.ts";
import { hashFile, openMedium, readMedium } from "./source.ts";
import type { ProcessedMedium } from "./types.ts";

/** A clip or a frame list as patches. */
export async function processVideo(part: VideoPart, context: MediaContext): Promise<ProcessedMedium> {
  const { video } = part;
  return typeof video === "string" ? processClip(part, video, context) : processFrameList(part, video, context);
}

async function processClip(part: VideoPart, reference: string, context: MediaContext): Promise<ProcessedMedium> {
  const { processors, limits, signal } = context;
  await using medium = await openMedium(reference, { source: context.source, kind: "video", limit: limits.videoBytes, signal });
  const ffmpeg = await findFfmpeg(context.ffmpegPath);
  const info = await probeClip(ffmpeg, medium, context);
  const { path, name } = medium;
  const indices = chooseFrames(part, { ...info, name }, { ...processors.video, sampledFrames: limits.sampledFrames });

  const writer = new FrameWriter(part, { frames: indices.length, name }, context);
  const distinct = [...new Set(indices)];
  let last: RgbImage | undefined;
  const whole = await decodeFrames(ffmpeg, { path, name, info }, {
    limits,
    signal,
    indices: distinct,
    onFrame: async (frame, position) => {
      last = await writer.write(frame, position);
      context.onFrames?.(position + 1, distinct.length);
    },
  });
  // The only frame of a clip is shown twice.
  const { patches, size } = writer.finish(last, distinct.length);
  return {
    kind: "video",
    grid: patches.grid,
    patches: patches.patches,
    timestamps: patchTimestamps(indices, info.fps, processors.video.temporalPatchSize),
    key: mediumKey({ kind: "video", files: [await hashFile(path, signal)], frames: indices, size }, processors.video),
    ...(!whole && { damaged: name }),
  };
}

async function processFrameList(part: VideoPart, references: readonly string[], context: MediaContext): Promise<ProcessedMedium> {
  const { processors, limits, signal } = context;
  const name = `${references.length} frames`;
  checkFrameCount(references.length, name, limits.sampledFrames);
  const { temporalPatchSize } = processors.video;
  const frames = Math.ceil(references.length / temporalPatchSize) * temporalPatchSize;
  const writer = new FrameWriter(part, { frames, name }, context);
  const files: string[] = [];
  let first: Size | undefined;
  let last: RgbImage | undefined;
  for (const [position, reference] of references.entries()) {
    await using medium = await openMedium(reference, { source: context.source, kind: "image", limit: limits.imageBytes, signal });
    files.push(await hashFile(medium.path, signal));
    const picture = await decodeImage(await readMedium(medium, signal), medium.name, context);
    const frame = await resizeBicubic(picture, listedFrameSize(part, processors.video, { size: picture, name: medium.name }), signal);
    first ??= frame;
    if (frame.width !== first.width || frame.height !== first.height) {
      throw new EngineError("video_options", { name: medium.name, reason: "the frames of a list must have the same size" });
    }
    last = await writer.write(frame, position);
    context.onFrames?.(position + 1, references.length);
  }
  const { patches, size } = writer.finish(last, references.length);
  const indices = Array.from({ length: frames }, (_, index) => index);
  return {
    kind: "video",
    grid: patches.grid,
    patches: patches.patches,
    timestamps: patchTimestamps(indices, part.sample_fps ?? defaultListRate, temporalPatchSize),
    key: mediumKey({ kind: "video", files, frames: indices, size, listed: first }, processors.video),
  };
}

function checkFrameCount(frames: number, name: string, limit: number): void {
  if (frames > limit) throw new EngineError("video_too_many_frames", { name, frames, limit });
}

/** Resizes frames as they come and keeps only their patches; the first one settles the size of all. */
class FrameWriter {
  readonly #part: VideoPart;
  readonly #clip: { frames: number; name: string };
  readonly #context: MediaContext;
  #target: { patches: PatchWriter; size: Size } | undefined;

  constructor(part: VideoPart, clip: { frames: number; name: string }, context: MediaContext) {
    this.#part = part;
    this.#clip = clip;
    this.#context = context;
  }

  /** Returns the frame as written. */
  async write(frame: RgbImage, position: number): Promise<RgbImage> {
    const target = (this.#target ??= this.#settle(frame));
    const resized = await resizeBicubic(frame, target.size, this.#context.signal);
    target.patches.write(position, resized);
    return resized;
  }

  /** The patches, `last` in every place from `written` on. */
  finish(last: RgbImage | undefined, written: number): { patches: PatchWriter; size: Size } {
    if (!this.#target || !last) throw new EngineError("video_corrupt", { name: this.#clip.name });
    this.#target.patches.fill(written, last);
    return this.#target;
  }

  #settle({ width, height }: Size): { patches: PatchWriter; size: Size } {
    const { processors, limits, modelSequenceLength } = this.#context;
    const size = clipSize(this.#part, processors.video, { ...this.#clip, size: { width, height }, modelSequenceLength });
    const patches = new PatchWriter({ frames: this.#clip.frames, ...size }, processors.video, limits.visualTokens);
    return { patches, size };
  }
}

