import { parseModelConfig } from "./config.ts";
import { jsonObjectSchema, readJson, readOptionalJson } from "./files.ts";
import { parseImageProcessor, parseVideoProcessor } from "./processors.ts";
import type { Checkpoint, VisionConfig } from "./types.ts";

export type Processors = Pick<Checkpoint, "image" | "video">;

const layout = { patchSize: 16, temporalPatchSize: 2, mergeSize: 2, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;

/** preprocessor_config.json and video_preprocessor_config.json of every published Qwen3-VL. */
export const publishedProcessors: Processors = {
  image: { ...layout, minPixels: 65_536, maxPixels: 16_777_216 },
  video: { ...layout, minPixels: 4096, maxPixels: 25_165_824, fps: 2, minFrames: 4, maxFrames: 768 },
};

/**
 * How a checkpoint sizes media, from its folder; the weights need not be there.
 *
 * @throws EngineError checkpoint_missing_file, checkpoint_unsupported, checkpoint_corrupt
 */
export async function readProcessorsOnly(folder: string): Promise<Processors> {
  const { model } = parseModelConfig(await readJson(folder, "config.json", jsonObjectSchema));
  return readProcessors(folder, model.vision);
}

/** @throws EngineError checkpoint_missing_file, checkpoint_corrupt */
export async function readProcessors(folder: string, vision: VisionConfig): Promise<Processors> {
  const image = await readJson(folder, "preprocessor_config.json", jsonObjectSchema);
  const video = await readOptionalJson(folder, "video_preprocessor_config.json", jsonObjectSchema);
  return {
    image: parseImageProcessor("preprocessor_config.json", image, vision),
    video: video
      ? parseVideoProcessor("video_preprocessor_config.json", video, vision)
      : parseVideoProcessor("preprocessor_config.json", image, vision),
  };
}
