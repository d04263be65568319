import type { ImageProcessorConfig, VideoProcessorConfig } from "../checkpoint/types.ts";
import type { ImagePart, VideoPart } from "../conversation.ts";
import { frameFactor } from "./frameSampling.ts";
import { smartResize, type PixelLimits, type Size } from "./smartResize.ts";

/**
 * At which size the model sees a medium.
 *
 * Formulas and limits are those of qwen-vl-utils `vision_process` (`fetch_image`, `fetch_video`), called with the patch size
 * of the checkpoint. What a part does not say:
 *
 * - Pictures take min_pixels and max_pixels from preprocessor_config.json.
 * - Clips take the limits of qwen-vl-utils: 128 to 768 visual tokens a frame, and a total of nine tenths of
 *   MODEL_SEQ_LEN. A checkpoint whose budget for a whole clip (longest_edge in video_preprocessor_config.json) is less
 *   than those 128 tokens for min_frames frames was trained on smaller frames; there min_pixels is its shortest_edge and
 *   max_pixels its longest_edge / max_frames, as if they were written in the part.
 *
 * Where a wish and a default exclude each other, the wish holds; qwen-vl-utils fails there.
 */

export type PixelWishes = Pick<ImagePart, "min_pixels" | "max_pixels" | "resized_height" | "resized_width">;
type ClipWishes = PixelWishes & Pick<VideoPart, "total_pixels">;

/** In visual tokens, each of factor × factor pixels. */
const imageTokens = { least: 4, most: 16384 };
const frameTokens = { least: 128, most: 768 };
const shareOfContext = 0.9;

/** What of preprocessor_config.json and video_preprocessor_config.json decides on the size. */
export type ImageRules = Pick<ImageProcessorConfig, "patchSize" | "mergeSize" | "minPixels" | "maxPixels">;
export type VideoRules = ImageRules & Pick<VideoProcessorConfig, "minFrames" | "maxFrames">;

export const resizeFactor = (processor: Pick<ImageProcessorConfig, "patchSize" | "mergeSize">): number => processor.patchSize * processor.mergeSize;

interface Medium {
  size: Size;
  /** For error messages. */
  name: string;
}

/** @throws EngineError aspect_ratio */
export function imageSize(wishes: PixelWishes, processor: ImageRules, { size, name }: Medium): Size {
  const factor = resizeFactor(processor);
  const limits = reconcile(wishes, { minPixels: processor.minPixels, maxPixels: processor.maxPixels });
  return wishedSize(wishes, factor, name) ?? smartResize(size, { factor, ...limits }, name);
}

/**
 * The size of every frame of a clip.
 *
 * @throws EngineError aspect_ratio
 */
export function clipSize(
  part: ClipWishes,
  processor: VideoRules,
  clip: Medium & { frames: number; modelSequenceLength: number },
): Size {
  const factor = resizeFactor(processor);
  const area = factor * factor;
  const wishes = withCheckpointLimits(part, processor);
  const wished = wishedSize(wishes, factor, clip.name);
  if (wished) return wished;

  const least = frameTokens.least * area;
  const minPixels = wishes.min_pixels ?? Math.min(least, wishes.max_pixels ?? least);
  const totalPixels = wishes.total_pixels ?? clip.modelSequenceLength * area * shareOfContext;
  const share = Math.min(frameTokens.most * area, (totalPixels / clip.frames) * frameFactor);
  const most = Math.max(share, Math.trunc(minPixels * 1.05));
  const maxPixels = Math.max(minPixels, Math.min(wishes.max_pixels ?? most, most));
  return smartResize(clip.size, { factor, minPixels, maxPixels }, clip.name);
}

/**
 * The size to which each picture of a frame list is brought before `clipSize` decides on that of the clip: the reference
 * resizes twice, the first time with twice the factor, because it passes a merged patch where a patch size belongs.
 *
 * @throws EngineError aspect_ratio
 */
export function listedFrameSize(part: ClipWishes, processor: VideoRules, { size, name }: Medium): Size {
  const factor = resizeFactor(processor) * processor.mergeSize;
  const area = factor * factor;
  const wishes = withCheckpointLimits(part, processor);
  const limits = reconcile(wishes, { minPixels: imageTokens.least * area, maxPixels: imageTokens.most * area });
  return wishedSize(wishes, factor, name) ?? smartResize(size, { factor, ...limits }, name);
}

/** resized_height and resized_width count only together, and are rounded like any size. */
function wishedSize(wishes: PixelWishes, factor: number, name: string): Size | undefined {
  if (wishes.resized_height === undefined || wishes.resized_width === undefined) return undefined;
  const area = factor * factor;
  const limits = { factor, minPixels: imageTokens.least * area, maxPixels: imageTokens.most * area };
  return smartResize({ width: wishes.resized_width, height: wishes.resized_height }, limits, name);
}

function reconcile(wishes: PixelWishes, defaults: Omit<PixelLimits, "factor">): Omit<PixelLimits, "factor"> {
  const minPixels = wishes.min_pixels ?? Math.min(defaults.minPixels, wishes.max_pixels ?? Infinity);
  return { minPixels, maxPixels: Math.max(minPixels, wishes.max_pixels ?? defaults.maxPixels) };
}

function withCheckpointLimits(wishes: ClipWishes, processor: VideoRules): ClipWishes {
  const usualMinimum = frameTokens.least * resizeFactor(processor) ** 2;
  if (processor.maxPixels >= usualMinimum * processor.minFrames) return wishes;
  const limits = reconcile(wishes, {
    minPixels: processor.minPixels,
    maxPixels: Math.floor(processor.maxPixels / processor.maxFrames),
  });
  return { ...wishes, min_pixels: limits.minPixels, max_pixels: limits.maxPixels };
}
