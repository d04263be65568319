import type { VideoProcessorConfig } from "../checkpoint/types.ts";
import type { VideoPart } from "../conversation.ts";
import { EngineError } from "../errors.ts";
import { ceilToMultiple, floorToMultiple, roundHalfEven, roundToMultiple } from "./smartResize.ts";

/** Which frames of a clip the model sees. Formulas: qwen-vl-utils `vision_process`, where not said otherwise. */

/** The number of sampled frames is a multiple of this. */
export const frameFactor = 2;

/** `fps` frames a second within the bounds, or `nframes` of them, of the whole clip or of a range in seconds. */
export interface SamplingOptions {
  fps: number;
  minFrames: number;
  maxFrames: number;
  nframes?: number | undefined;
  start?: number | undefined;
  end?: number | undefined;
}

/** A clip as a decoder counts it: `fps` is the average, frames over seconds. */
export interface ClipLength {
  frames: number;
  fps: number;
}

/** First and last frame, both included. */
export interface FrameRange {
  first: number;
  last: number;
}

/**
 * The frames within a range of seconds. Formula: `calculate_video_frame_range`.
 *
 * @throws EngineError video_range when fewer than two frames are left.
 */
export function frameRange(options: Pick<SamplingOptions, "start" | "end">, clip: ClipLength, name: string): FrameRange {
  if (options.start === undefined && options.end === undefined) return { first: 0, last: clip.frames - 1 };
  const duration = clip.frames / clip.fps;
  const start = Math.min(options.start ?? 0, duration);
  const end = Math.min(options.end ?? duration, duration);
  const first = Math.ceil(start * clip.fps);
  const last = Math.min(Math.floor(end * clip.fps), clip.frames - 1);
  if (first >= last) {
    const tenths = (seconds: number) => Math.round(seconds * 10) / 10;
    throw new EngineError("video_range", {
      name,
      start: tenths(options.start ?? 0),
      end: tenths(options.end ?? duration),
      duration: tenths(duration),
    });
  }
  return { first, last };
}

/**
 * How many frames are sampled: an even number. Formula: `smart_nframes`; `clip.frames` counts those of the range only.
 *
 * @throws EngineError video_options when the wish cannot be fulfilled.
 */
export function sampledFrameCount(options: SamplingOptions, clip: ClipLength, name: string): number {
  const count = options.nframes === undefined ? countByRate(options, clip) : roundToMultiple(options.nframes, frameFactor);
  if (count < frameFactor || count > clip.frames) {
    const reason = `${String(options.nframes ?? count)} frames asked for, from ${String(frameFactor)} to ${String(clip.frames)} possible`;
    throw new EngineError("video_options", { name, reason });
  }
  return count;
}

function countByRate(options: SamplingOptions, clip: ClipLength): number {
  const least = ceilToMultiple(options.minFrames, frameFactor);
  const most = floorToMultiple(options.maxFrames, frameFactor);
  const wished = (clip.frames / clip.fps) * options.fps;
  return floorToMultiple(Math.min(Math.max(wished, least), most, clip.frames), frameFactor);
}

/**
 * `count` frame indices spread evenly over the range, ends included, in the arithmetic of `torch.linspace(...).round()`:
 * float32 steps, counted from the nearer end, halves to even.
 */
export function evenlySpaced(range: FrameRange, count: number): number[] {
  if (count === 1) return [range.first];
  const step = Math.fround((range.last - range.first) / (count - 1));
  return Array.from({ length: count }, (_, index) => {
    const fromFirst = index < Math.floor(count / 2);
    const offset = Math.fround(step * (fromFirst ? index : count - 1 - index));
    return roundHalfEven(Math.fround(fromFirst ? range.first + offset : range.last - offset));
  });
}

/**
 * The frames of a clip that the model sees, ascending. A clip of a single frame gives it twice.
 *
 * @throws EngineError video_range, video_options
 */
export function sampleFrames(options: SamplingOptions, clip: ClipLength, name: string): number[] {
  if (clip.frames === 1) return [0, 0];
  const range = frameRange(options, clip, name);
  const count = sampledFrameCount(options, { frames: range.last - range.first + 1, fps: clip.fps }, name);
  return evenlySpaced(range, count);
}

/**
 * The time in seconds of each temporal patch: the mean of its first and last frame, the last frame repeated where they
 * do not come out even. Formula: transformers `Qwen3VLProcessor._calculate_timestamps`.
 */
export function patchTimestamps(indices: readonly number[], fps: number, temporalPatchSize: number): number[] {
  const last = indices.length - 1;
  const timeOf = (position: number) => (indices[Math.min(position, last)] ?? 0) / fps;
  return Array.from({ length: Math.ceil(indices.length / temporalPatchSize) }, (_, patch) => {
    const first = patch * temporalPatchSize;
    return (timeOf(first) + timeOf(first + temporalPatchSize - 1)) / 2;
  });
}

export type SamplingWishes = Pick<VideoPart, "fps" | "nframes" | "min_frames" | "max_frames" | "video_start" | "video_end">;

/** Of video_preprocessor_config.json; `sampledFrames` is how many frames of a clip may reach the model at all. */
export type SamplingRules = Pick<VideoProcessorConfig, "fps" | "minFrames" | "maxFrames"> & { sampledFrames: number };

/**
 * The indices of the frames that the model sees of a clip.
 *
 * @throws EngineError video_range, video_options, video_too_many_frames
 */
export function chooseFrames(wishes: SamplingWishes, clip: ClipLength & { name: string }, rules: SamplingRules): number[] {
  const { name } = clip;
  if (wishes.fps !== undefined && wishes.nframes !== undefined) {
    throw new EngineError("video_options", { name, reason: "fps and nframes exclude each other" });
  }
  const limit = rules.sampledFrames;
  const options: SamplingOptions = {
    fps: wishes.fps ?? rules.fps,
    minFrames: wishes.min_frames ?? rules.minFrames,
    maxFrames: wishes.max_frames ?? Math.min(rules.maxFrames, limit),
    nframes: wishes.nframes,
    start: wishes.video_start,
    end: wishes.video_end,
  };
  const indices = sampleFrames(options, clip, name);
  if (indices.length > limit) throw new EngineError("video_too_many_frames", { name, frames: indices.length, limit });
  return indices;
}
