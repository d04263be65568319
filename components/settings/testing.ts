import { mediaRules, type MediaRules } from "../../inference/media/cost.ts";
import { defaultMediaLimits } from "../../inference/media/context.ts";
import type { UploadedMedia } from "../../server/protocol.ts";

/** For tests: the processors of a published checkpoint, and of the embedded model, which was trained on small frames. */

const shared = { patchSize: 16, temporalPatchSize: 2, mergeSize: 2, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;

export const processors = {
  published: {
    image: { ...shared, minPixels: 65_536, maxPixels: 16_777_216 },
    video: { ...shared, minPixels: 4096, maxPixels: 25_165_824, fps: 2, minFrames: 4, maxFrames: 768 },
  },
  embedded: {
    image: { ...shared, minPixels: 8192, maxPixels: 65_536 },
    video: { ...shared, minPixels: 4096, maxPixels: 327_680, fps: 2, minFrames: 4, maxFrames: 16 },
  },
};

export const rulesOf = (name: keyof typeof processors): MediaRules =>
  mediaRules({ processors: processors[name], modelSequenceLength: 4096, limits: defaultMediaLimits });

export function picture(width: number, height: number): UploadedMedia {
  const info = { kind: "image", format: "png", width, height, resizedWidth: 0, resizedHeight: 0, tokens: 0 } as const;
  return { id: "a".repeat(64), name: "picture.png", bytes: 1, mime: "image/png", info };
}

export function clip(width: number, height: number, { frames, fps }: { frames: number; fps: number }): UploadedMedia {
  const info = { kind: "video", format: "mov", width, height, resizedWidth: 0, resizedHeight: 0, hasAudio: false, tokens: 0 } as const;
  return { id: "b".repeat(64), name: "clip.mp4", bytes: 1, mime: "video/mp4", info: { ...info, fps, frames, duration: frames / fps, sampledTimes: [] } };
}
