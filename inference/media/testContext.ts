import { defaultMediaLimits, type MediaContext } from "./context.ts";
import { localSourceOptions } from "./source.ts";

/** For tests: a context with the processor settings of the embedded model. */
export function testContext(folder: string, changes: Partial<MediaContext> = {}): MediaContext {
  const shared = { patchSize: 16, temporalPatchSize: 2, mergeSize: 2, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;
  return {
    processors: {
      image: { ...shared, minPixels: 8192, maxPixels: 65536 },
      video: { ...shared, minPixels: 4096, maxPixels: 327680, fps: 2, minFrames: 4, maxFrames: 16 },
    },
    source: localSourceOptions(folder),
    modelSequenceLength: 4096,
    limits: defaultMediaLimits,
    ...changes,
  };
}

/** The code of the EngineError that a promise is rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (fault) {
    return fault instanceof Error && "code" in fault ? fault.code : fault;
  }
  return "no error";
}
