import { z } from "zod";
import { corrupt, parseWith } from "./files.ts";
import type { ImageProcessorConfig, VideoProcessorConfig, VisionConfig } from "./types.ts";

/** preprocessor_config.json and video_preprocessor_config.json, in the spellings of several transformers versions. */

const count = z.number().int().positive();
const channels = z.tuple([z.number(), z.number(), z.number()]);

const imageSchema = z.object({
  patch_size: count.nullish(),
  temporal_patch_size: count.nullish(),
  merge_size: count.nullish(),
  image_mean: channels.nullish(),
  image_std: channels.refine((std) => std.every((value) => value > 0), "must be positive").nullish(),
  size: z.object({ shortest_edge: count.nullish(), longest_edge: count.nullish() }).nullish(),
  /** Older files name the bounds so; they count more than `size`, as in Qwen2VLImageProcessor. */
  min_pixels: count.nullish(),
  max_pixels: count.nullish(),
});

const videoSchema = imageSchema.extend({
  fps: z.number().positive().nullish(),
  min_frames: count.nullish(),
  max_frames: count.nullish(),
});

/** transformers image_processing_qwen2_vl.py: the class attributes, mean and std are CLIP's. */
const imageDefaults = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
  minPixels: 56 * 56,
  maxPixels: 28 * 28 * 1280,
} as const;

/** transformers video_processing_qwen3_vl.py: the class attributes. */
const videoDefaults = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], minPixels: 128 * 32 * 32, maxPixels: 32 * 32 * 768 } as const;

type Defaults = Pick<ImageProcessorConfig, "mean" | "std" | "minPixels" | "maxPixels">;

/** @throws EngineError checkpoint_corrupt, also when the patches are not those of the vision tower. */
export function parseImageProcessor(file: string, json: unknown, vision: VisionConfig): ImageProcessorConfig {
  return processor(file, parseWith(file, json, imageSchema), { vision, defaults: imageDefaults });
}

/**
 * The processor of clips. Older checkpoints have no file for it: then `json` is the image one's, and what it lacks is
 * Qwen3-VL's default (2 frames a second, 4 to 768 frames).
 */
export function parseVideoProcessor(file: string, json: unknown, vision: VisionConfig): VideoProcessorConfig {
  const parsed = parseWith(file, json, videoSchema);
  const minFrames = parsed.min_frames ?? 4;
  const maxFrames = parsed.max_frames ?? 768;
  if (minFrames > maxFrames) throw corrupt(file, "min_frames is greater than max_frames");
  return { ...processor(file, parsed, { vision, defaults: videoDefaults }), fps: parsed.fps ?? 2, minFrames, maxFrames };
}

function processor(
  file: string,
  json: z.infer<typeof imageSchema>,
  { vision, defaults }: { vision: VisionConfig; defaults: Defaults },
): ImageProcessorConfig {
  const config: ImageProcessorConfig = {
    patchSize: json.patch_size ?? vision.patchSize,
    temporalPatchSize: json.temporal_patch_size ?? vision.temporalPatchSize,
    mergeSize: json.merge_size ?? vision.mergeSize,
    mean: json.image_mean ?? defaults.mean,
    std: json.image_std ?? defaults.std,
    minPixels: json.min_pixels ?? json.size?.shortest_edge ?? defaults.minPixels,
    maxPixels: json.max_pixels ?? json.size?.longest_edge ?? defaults.maxPixels,
  };
  if (config.patchSize !== vision.patchSize) throw corrupt(file, "patch_size is not the vision tower's");
  if (config.temporalPatchSize !== vision.temporalPatchSize) throw corrupt(file, "temporal_patch_size is not the vision tower's");
  if (config.mergeSize !== vision.mergeSize) throw corrupt(file, "merge_size is not the vision tower's");
  if (config.minPixels > config.maxPixels) throw corrupt(file, "the least number of pixels is greater than the greatest");
  return config;
}
