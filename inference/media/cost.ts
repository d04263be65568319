import * as z from "zod/mini";
import type { VideoPart } from "../conversation.ts";
import { EngineError } from "../errors.ts";
import type { MediaContext } from "./context.ts";
import { chooseFrames, patchTimestamps, type ClipLength, type SamplingWishes } from "./frameSampling.ts";
import { clipSize, imageSize, listedFrameSize, resizeFactor, type PixelWishes } from "./pixelBudget.ts";
import type { Size } from "./smartResize.ts";

/**
 * At which size a medium is seen and how many tokens that makes, from figures alone: nothing here needs Node, so a page
 * computes with the same code what the engine will do.
 */

const count = z.int().check(z.positive());
const layout = { patchSize: count, temporalPatchSize: count, mergeSize: count, minPixels: count, maxPixels: count };

/** What of an engine decides it besides the medium and what is wished for it. */
export const mediaRulesSchema = z.object({
  image: z.object(layout),
  video: z.object({ ...layout, fps: z.number().check(z.positive()), minFrames: count, maxFrames: count }),
  /** See MediaContext. */
  modelSequenceLength: count,
  /** The most frames of a clip. */
  sampledFrames: count,
});
export type MediaRules = z.infer<typeof mediaRulesSchema>;

/** What of an engine's processors and limits decides sizes, as a page can be told it. */
export function mediaRules({ processors, modelSequenceLength, limits }: Pick<MediaContext, "processors" | "modelSequenceLength" | "limits">): MediaRules {
  // Parsed, because a processor has more than this.
  return mediaRulesSchema.parse({ ...processors, modelSequenceLength, sampledFrames: limits.sampledFrames });
}

/** Of a picture as displayed. `name` is for error messages. */
export type SizedMedium = Size & { name: string };

export interface PictureCost {
  size: Size;
  tokens: number;
}

export interface ClipCost extends PictureCost {
  /** Indices of the frames that are looked at. */
  frames: readonly number[];
  /** Seconds of each frame, and of each temporal patch as the prompt says it. */
  times: readonly number[];
  patchTimes: readonly number[];
}

/** Pixels that a clip's frames have before they are resized; `frames` are those that are looked at. */
export function decodedPixels({ width, height }: Size, frames: readonly number[]): number {
  return width * height * new Set(frames).size;
}

/** @throws EngineError aspect_ratio */
export function pictureCost(wishes: PixelWishes, { name, width, height }: SizedMedium, { image }: MediaRules): PictureCost {
  const size = imageSize(wishes, image, { size: { width, height }, name });
  return { size, tokens: tokensOf(size, image) };
}

export type ClipWishes = PixelWishes & SamplingWishes & Pick<VideoPart, "total_pixels">;

/** @throws EngineError aspect_ratio, video_range, video_options, video_too_many_frames */
export function clipCost(wishes: ClipWishes, clip: SizedMedium & ClipLength, rules: MediaRules): ClipCost {
  const { name, fps, width, height } = clip;
  const frames = chooseFrames(wishes, clip, { ...rules.video, sampledFrames: rules.sampledFrames });
  const budget = { frames: frames.length, modelSequenceLength: rules.modelSequenceLength, size: { width, height }, name };
  return { ...clipSizeAndTokens(wishes, budget, rules), ...timesOf(frames, fps, rules.video.temporalPatchSize) };
}

/** Of a list of `frames` pictures of one size, taken `sample_fps` a second. @throws EngineError as `clipCost` */
export function frameListCost(
  wishes: PixelWishes & Pick<VideoPart, "total_pixels" | "sample_fps">,
  list: SizedMedium & { frames: number },
  rules: MediaRules,
): ClipCost {
  const { name, width, height } = list;
  if (list.frames > rules.sampledFrames) throw new EngineError("video_too_many_frames", { name, frames: list.frames, limit: rules.sampledFrames });
  const { temporalPatchSize } = rules.video;
  const frames = Math.ceil(list.frames / temporalPatchSize) * temporalPatchSize;
  const size = listedFrameSize(wishes, rules.video, { size: { width, height }, name });
  const budget = { frames, modelSequenceLength: rules.modelSequenceLength, size, name };
  const indices = Array.from({ length: list.frames }, (_, index) => index);
  return { ...clipSizeAndTokens(wishes, budget, rules), ...timesOf(indices, wishes.sample_fps ?? defaultListRate, temporalPatchSize) };
}

/** Frames a second of a frame list that does not say: qwen-vl-utils `fetch_video`. */
export const defaultListRate = 2;

function clipSizeAndTokens(wishes: ClipWishes, clip: Parameters<typeof clipSize>[2], { video }: MediaRules): PictureCost {
  const size = clipSize(wishes, video, clip);
  return { size, tokens: Math.ceil(clip.frames / video.temporalPatchSize) * tokensOf(size, video) };
}

function tokensOf({ width, height }: Size, layout: Parameters<typeof resizeFactor>[0]): number {
  return (width * height) / resizeFactor(layout) ** 2;
}

function timesOf(frames: readonly number[], fps: number, temporalPatchSize: number): Pick<ClipCost, "frames" | "times" | "patchTimes"> {
  return { frames, times: frames.map((frame) => frame / fps), patchTimes: patchTimestamps(frames, fps, temporalPatchSize) };
}
