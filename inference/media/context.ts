import type { MediaSourceOptions } from "./source.ts";
import type { ProcessorConfigs } from "./types.ts";

/** What one medium may cost at most. */
export interface MediaLimits {
  imageBytes: number;
  videoBytes: number;
  /** Width × height of a picture, read from its header. */
  imagePixels: number;
  /** Width × height of a frame. */
  framePixels: number;
  /** Length of a clip. */
  videoSeconds: number;
  /** Frames that reach the model, of a clip or in a list. */
  sampledFrames: number;
  /** Of one picture or clip; more can't be in any context. */
  visualTokens: number;
  /** Wall time of one ffmpeg process. */
  ffmpegSeconds: number;
}

const mebibyte = 1024 * 1024;

export const defaultMediaLimits: MediaLimits = {
  imageBytes: 20 * mebibyte,
  videoBytes: 200 * mebibyte,
  imagePixels: 50_000_000,
  framePixels: 4096 * 4096,
  videoSeconds: 3600,
  sampledFrames: 768,
  visualTokens: 262_144,
  ffmpegSeconds: 60,
};

/** Everything that `processMedium` and `inspectMedium` need besides the medium. */
export interface MediaContext {
  processors: ProcessorConfigs;
  source: MediaSourceOptions;
  /** MODEL_SEQ_LEN of qwen-vl-utils: the tokens that the default of a clip's total_pixels may fill to nine tenths. */
  modelSequenceLength: number;
  limits: MediaLimits;
  /** The executable that FFMPEG_PATH names, if any. */
  ffmpegPath?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Told after each frame of a clip how many are decoded and resized. */
  onFrames?: ((done: number, total: number) => void) | undefined;
}
