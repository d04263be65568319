import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { loadCheckpoint } from "../checkpoint/load.ts";
import { Decoder } from "../engine/decoder.ts";
import { ContentNumbers, placeMedia } from "../engine/prompt.ts";
import { VisionTower } from "../engine/visionTower.ts";
import type { Dtype } from "../model/dtypes.ts";
import { prepareModel } from "../model/prepare.ts";
import type { Runtime } from "../runtime/types.ts";
import { referenceFolder } from "./read.ts";

export const placedDtypes = ["fp32", "fp16", "int8", "int4"] as const satisfies Dtype[];

const profileSchema = z.array(z.looseObject({ cat: z.string(), args: z.looseObject({ op_name: z.string().optional(), provider: z.string().optional() }).optional() }));

/** Runs vision tower and decoder of a small dense model on WebGPU and says which operators ran with which provider. */
export async function operatorPlacement(runtime: Runtime, dtype: Dtype, cacheFolder: string): Promise<Record<string, string[]>> {
  const profilePrefix = path.join(cacheFolder, `profile-${dtype}`);
  {
    using checkpoint = await loadCheckpoint(path.join(referenceFolder, "dense"));
    const { config, tensors } = checkpoint;
    const model = await prepareModel(checkpoint, { dtype, cacheFolder });
    const positionTable = await tensors.read("model.visual.pos_embed.weight");
    await using visionSession = await runtime.createSession(model.kinds.gpu.vision, { profilePrefix });
    const tower = new VisionTower(runtime, visionSession, { config, positionTable });
    const patches = new Uint8Array(16 * 3 * config.vision.temporalPatchSize * config.vision.patchSize ** 2);
    await tower.encode({ kind: "image", key: "", grid: { t: 1, h: 4, w: 4 }, patches, timestamps: [] });
    await using decoderSession = await runtime.createSession(model.kinds.gpu.decoder, { profilePrefix });
    using decoder = new Decoder(runtime, decoderSession, { checkpoint, size: { slots: 1, capacity: 64 } });
    const tokens = Array.from({ length: 40 }, (_, index) => index);
    const [sequence] = decoder.sequences;
    if (!sequence) throw new Error("no slot");
    await decoder.prefill(sequence, placeMedia(tokens, [], { config, contents: new ContentNumbers() }), { chunk: 40 });
    await decoder.step([{ sequence, token: 1, position: 40 }]);
  }
  const operators: Record<string, Set<string>> = {};
  for (const name of (await readdir(cacheFolder)).filter((file) => file.startsWith(path.basename(profilePrefix)))) {
    for (const { cat, args } of profileSchema.parse(JSON.parse(await readFile(path.join(cacheFolder, name), "utf8")))) {
      if (cat === "Node" && args?.op_name !== undefined && args.provider !== undefined) (operators[args.provider] ??= new Set()).add(args.op_name);
    }
  }
  return Object.fromEntries(Object.entries(operators).map(([provider, names]) => [provider, [...names].sort()]));
}
