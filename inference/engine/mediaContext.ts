import type { Checkpoint } from "../checkpoint/types.ts";
import type { Environment } from "../environment.ts";
import { defaultMediaLimits, type MediaContext } from "../media/context.ts";
import { localSourceOptions } from "../media/source.ts";

/** qwen-vl-utils' own default of MODEL_SEQ_LEN. */
const defaultModelSequenceLength = 128_000;

/** How media are read and sized for a checkpoint. @param folder what relative paths are relative to */
export function mediaContext(checkpoint: Pick<Checkpoint, "image" | "video">, folder: string, environment: Environment): MediaContext {
  return {
    processors: { image: checkpoint.image, video: checkpoint.video },
    source: localSourceOptions(folder),
    modelSequenceLength: environment.modelSequenceLength ?? defaultModelSequenceLength,
    limits: defaultMediaLimits,
    ffmpegPath: environment.ffmpegPath,
  };
}
