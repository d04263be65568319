import { frameRange } from "../../inference/media/frameSampling.ts";
import type { MediaRules } from "../../inference/media/cost.ts";
import type { ChatPart, UploadedMedia } from "../protocol.ts";
import type { ApiContentPart, ProcessorOptions } from "./requestSchema.ts";

/** How a medium is to be seen, as a part of a request and the request as a whole wish it, within what the model can take. */

type ImageOptions = Omit<Extract<ChatPart, { type: "image" }>, "type" | "media">;
type VideoOptions = Omit<Extract<ChatPart, { type: "video" }>, "type" | "media">;
export type ApiVideoPart = Extract<ApiContentPart, { type: "video_url" | "video" }>;
export type ApiImagePart = Extract<ApiContentPart, { type: "image_url" | "image" }>;

/** Visual tokens of one picture: the reference's own bound, qwen-vl-utils `vision_process`. */
const mostTokens = 16384;
const mostFrames = 768;
const fpsBounds = { least: 0.01, most: 120 };
/** Pixels of a visual token's side, where the engine does not say. */
const usualFactor = 32;

/** The wishes of the part, and for what it leaves open those of `mm_processor_kwargs`. */
export function imageOptions(part: ApiImagePart, all: ProcessorOptions, rules: MediaRules | undefined): ImageOptions {
  const clamp = pixelClamp(rules);
  return {
    min_pixels: clamp(part.min_pixels ?? all.min_pixels ?? all.size?.shortest_edge),
    max_pixels: clamp(part.max_pixels ?? all.max_pixels ?? all.size?.longest_edge),
    ...fixedSize(part, rules),
  };
}

/**
 * The same for a clip, with the frames that are looked at. `size` of a video processor bounds the pixels of all frames
 * together (transformers `Qwen3VLVideoProcessor`); everything else is of one frame.
 */
export function videoOptions(part: ApiVideoPart, all: ProcessorOptions, files: readonly UploadedMedia[], rules: MediaRules | undefined): VideoOptions {
  const clamp = pixelClamp(rules);
  const pixels: VideoOptions = {
    min_pixels: clamp(part.min_pixels ?? all.min_pixels),
    max_pixels: clamp(part.max_pixels ?? all.max_pixels),
    total_pixels: clamp(part.total_pixels ?? all.size?.longest_edge, mostFrames),
    ...fixedSize(part, rules),
  };
  const [first] = files;
  if (first?.info.kind !== "video") return { ...pixels, sample_fps: clampFps(part.sample_fps ?? part.fps ?? all.fps) };
  return { ...pixels, ...sampling(part, all, first.info, rules), video_start: part.video_start ?? undefined, video_end: part.video_end ?? undefined };
}

type Sampling = Pick<VideoOptions, "fps" | "nframes" | "min_frames" | "max_frames">;

function sampling(part: ApiVideoPart, all: ProcessorOptions, clip: Extract<UploadedMedia["info"], { kind: "video" }>, rules: MediaRules | undefined): Sampling {
  const limit = Math.min(mostFrames, rules?.sampledFrames ?? mostFrames);
  const counted = (value: number | null | undefined): number | undefined => (value === undefined || value === null ? undefined : Math.min(Math.max(value, 2), limit));
  // As with the part's own, a number of frames and a rate exclude each other, which the engine says; the part's wish wins over the request's.
  const own = { nframes: part.nframes ?? undefined, fps: part.fps ?? undefined };
  const wished = own.nframes === undefined && own.fps === undefined ? { nframes: all.num_frames ?? undefined, fps: all.num_frames == null ? (all.fps ?? undefined) : undefined } : own;
  const everything = all.do_sample_frames === false && wished.nframes === undefined && wished.fps === undefined;
  const nframes = counted(everything ? limit : wished.nframes);
  return {
    fps: clampFps(wished.fps),
    nframes: nframes === undefined ? undefined : withinClip(nframes, part, clip),
    min_frames: counted(part.min_frames),
    max_frames: counted(part.max_frames),
  };
}

/** No more frames than there are in the clip's range, an even number; a range that holds none is left to the engine to refuse. */
function withinClip(nframes: number, part: ApiVideoPart, clip: { frames: number; fps: number }): number {
  const { video_start: start, video_end: end } = part;
  let available = clip.frames;
  if (clip.fps > 0 && clip.frames > 1) {
    try {
      const { first, last } = frameRange({ start: start ?? undefined, end: end ?? undefined }, clip, "");
      available = last - first + 1;
    } catch {
      return nframes;
    }
  }
  return Math.max(2, Math.min(nframes, available) & ~1);
}

function pixelClamp(rules: MediaRules | undefined): (pixels: number | null | undefined, frames?: number) => number | undefined {
  const most = mostTokens * factorOf(rules) ** 2;
  return (pixels, frames = 1) => (pixels === null || pixels === undefined ? undefined : Math.min(pixels, most * frames));
}

/** A given height and width count only together; the engine rounds them, and bounds their product. */
function fixedSize(part: Pick<ApiImagePart, "resized_height" | "resized_width">, rules: MediaRules | undefined): Pick<ImageOptions, "resized_height" | "resized_width"> {
  const most = mostTokens * factorOf(rules);
  const clamp = (side: number | null | undefined): number | undefined => (side === null || side === undefined ? undefined : Math.min(side, most));
  return { resized_height: clamp(part.resized_height), resized_width: clamp(part.resized_width) };
}

function clampFps(fps: number | null | undefined): number | undefined {
  return fps === null || fps === undefined ? undefined : Math.min(Math.max(fps, fpsBounds.least), fpsBounds.most);
}

function factorOf(rules: MediaRules | undefined): number {
  return rules === undefined ? usualFactor : rules.image.patchSize * rules.image.mergeSize;
}
