import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { MediaPart } from "../conversation.ts";
import { caseNames, readCase, referenceFolder } from "../reference/read.ts";
import { defaultMediaLimits, type MediaContext } from "./context.ts";
import { processMedium } from "./process.ts";
import { localSourceOptions } from "./source.ts";
import type { ProcessedMedium } from "./types.ts";

const preprocessor = z.object({
  size: z.object({ shortest_edge: z.number(), longest_edge: z.number() }),
  patch_size: z.number(),
  temporal_patch_size: z.number(),
  merge_size: z.number(),
});
const videoPreprocessor = preprocessor.extend({ fps: z.number(), min_frames: z.number(), max_frames: z.number() });

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

function shared(config: z.infer<typeof preprocessor>) {
  return {
    patchSize: config.patch_size,
    temporalPatchSize: config.temporal_patch_size,
    mergeSize: config.merge_size,
    mean: [0.5, 0.5, 0.5] as const,
    std: [0.5, 0.5, 0.5] as const,
    minPixels: config.size.shortest_edge,
    maxPixels: config.size.longest_edge,
  };
}

function contextOf(checkpointFolder: string): MediaContext {
  const image = preprocessor.parse(readJson(join(checkpointFolder, "preprocessor_config.json")));
  const video = videoPreprocessor.parse(readJson(join(checkpointFolder, "video_preprocessor_config.json")));
  return {
    processors: {
      image: shared(image),
      video: { ...shared(video), fps: video.fps, minFrames: video.min_frames, maxFrames: video.max_frames },
    },
    source: localSourceOptions(referenceFolder),
    modelSequenceLength: 4096,
    limits: defaultMediaLimits,
  };
}

const partsOf = (name: string): MediaPart[] =>
  readCase(name).description.messages.flatMap(({ content }) =>
    typeof content === "string" ? [] : content.filter((part) => part.type !== "text"),
  );

function concatenated(media: readonly ProcessedMedium[]): Uint8Array {
  return Buffer.concat(media.map(({ patches }) => patches));
}

/** Positions where two arrays differ, and by how much at most. */
function difference(actual: Uint8Array, expected: Uint8Array): { values: number; most: number } {
  let values = 0;
  let most = 0;
  expected.forEach((value, index) => {
    const distance = Math.abs(value - (actual[index] ?? 0));
    if (distance > 0) values++;
    most = Math.max(most, distance);
  });
  return { values, most };
}

describe.each(caseNames.filter((name) => partsOf(name).length > 0))("reference case %s", (name) => {
  it("gives the grids and, bit for bit, the patches", async () => {
    const reference = readCase(name);
    const context = contextOf(reference.checkpointFolder);
    const media = await Promise.all(partsOf(name).map((part) => processMedium(part, context)));
    for (const kind of ["image", "video"] as const) {
      const ofKind = media.filter((medium) => medium.kind === kind);
      if (ofKind.length === 0) continue;
      const grids = ofKind.flatMap(({ grid }) => [grid.t, grid.h, grid.w]);
      expect(grids).toEqual(Array.from(reference.int32(`${kind}_grid_thw`).values));
      const expected = reference.uint8(kind === "image" ? "pixel_values" : "pixel_values_videos");
      const actual = concatenated(ofKind);
      expect(actual.length).toBe(expected.values.length);
      expect(difference(actual, expected.values)).toEqual({ values: 0, most: 0 });
    }
  });
});
