import type { ImageProcessorConfig, VideoProcessorConfig } from "../checkpoint/types.ts";

/** Temporal, height and width extent of a medium in patches. */
export interface GridThw {
  t: number;
  h: number;
  w: number;
}

/**
 * One picture or clip, ready for the vision tower.
 *
 * `patches` is uint8, shape (t·h·w, channels · temporalPatchSize · patchSize²), in the order of the reference:
 * Qwen2VLImageProcessor, rows of a frame grouped by merge block, values of a row as (channel, time, y, x).
 * Normalisation happens in the vision graph.
 */
export interface ProcessedMedium {
  kind: "image" | "video";
  grid: GridThw;
  patches: Uint8Array;
  /** For clips: the time in seconds of each temporal patch, as it is written in the prompt. Empty for pictures. */
  timestamps: readonly number[];
  /** Names the bytes and every setting that shaped `patches`: equal keys, equal features. */
  key: string;
  /** A clip of which only a part could be decoded: its file's name. Frames that are missing look like those before them. */
  damaged?: string;
}

export interface ProcessorConfigs {
  image: ImageProcessorConfig;
  video: VideoProcessorConfig;
}
