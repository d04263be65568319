import type { ImagePart, MediaPart } from "../conversation.ts";
import type { MediaContext } from "./context.ts";
import { decodeImage } from "./image.ts";
import { mediumKey } from "./key.ts";
import { PatchWriter } from "./patches.ts";
import { imageSize } from "./pixelBudget.ts";
import { resizeBicubic } from "./resample.ts";
import { hashFile, openMedium, readMedium } from "./source.ts";
import type { ProcessedMedium } from "./types.ts";
import { processVideo } from "./video.ts";

/**
 * Reads a picture, a clip or a list of frames and cuts it into patches, as qwen-vl-utils `process_vision_info` and the
 * processor of transformers do for the same part. What the part leaves open comes from the checkpoint's processor
 * configurations and from qwen-vl-utils; `pixelBudget.ts` says which for the size, `chooseFrames` for the frames.
 *
 * @throws EngineError with one of the media codes; what `context.signal` was aborted with.
 */
export async function processMedium(part: MediaPart, context: MediaContext): Promise<ProcessedMedium> {
  switch (part.type) {
    case "image":
      return processImage(part, context);
    case "video":
      return processVideo(part, context);
  }
}

async function processImage(part: ImagePart, context: MediaContext): Promise<ProcessedMedium> {
  const { limits, signal } = context;
  const layout = context.processors.image;
  await using medium = await openMedium(part.image, { source: context.source, kind: "image", limit: limits.imageBytes, signal });
  const picture = await decodeImage(await readMedium(medium, signal), medium.name, context);
  const size = imageSize(part, layout, { size: picture, name: medium.name });
  // First, because it refuses what is too big.
  const writer = new PatchWriter({ frames: 1, ...size }, layout, limits.visualTokens);
  writer.fill(0, await resizeBicubic(picture, size, signal));
  return {
    kind: "image",
    grid: writer.grid,
    patches: writer.patches,
    timestamps: [],
    key: mediumKey({ kind: "image", files: [await hashFile(medium.path, signal)], size }, layout),
  };
}
