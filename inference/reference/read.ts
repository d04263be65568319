import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { generationOptionsSchema, messageSchema } from "../conversation.ts";
import type { GridThw } from "../media/types.ts";

/** The reference cases: what transformers and qwen-vl-utils computed for tiny checkpoints; for tests only. */

export const referenceFolder = import.meta.dirname;

const caseSchema = z.object({
  /** A folder beside this file. */
  checkpoint: z.enum(["dense", "untied-yarn", "moe"]),
  /** Media paths are relative to this folder. */
  messages: z.array(messageSchema),
  options: generationOptionsSchema,
  /** The rendered chat template, before placeholders are expanded. */
  prompt: z.string(),
  tensors: z.string(),
  tokens: z.number(),
  /** The least margin over the runner-up among the greedy tokens. */
  greedy_margin: z.number(),
});
export type ReferenceDescription = z.infer<typeof caseSchema>;

const entrySchema = z.object({
  dtype: z.enum(["U8", "I32", "F32"]),
  shape: z.array(z.number().int().nonnegative()),
  data_offsets: z.tuple([z.number(), z.number()]),
});
type Entry = z.infer<typeof entrySchema>;

interface Values {
  U8: Uint8Array;
  I32: Int32Array;
  F32: Float32Array;
}
export interface ReferenceTensor<D extends keyof Values = keyof Values> {
  shape: readonly number[];
  values: Values[D];
}

const cases = z.record(z.string(), caseSchema).parse(JSON.parse(readFileSync(join(referenceFolder, "cases.json"), "utf8")));

/** The names of all cases, in file order. */
export const caseNames: readonly string[] = Object.keys(cases);

/**
 * One case with its tensors. Which there are: input_ids (n), position_ids (3, n), rope_delta (1), logits (vocabulary),
 * greedy_ids (24), greedy_margins (24), and of the media image_grid_thw / video_grid_thw (media, 3), pixel_values /
 * pixel_values_videos (patches, 1536), image_ / video_embeds and image_ / video_deepstack_{0,1,2} (visual tokens, hidden).
 */
export class ReferenceCase {
  readonly name: string;
  readonly description: ReferenceDescription;
  readonly #tensors: ReadonlyMap<string, { entry: Entry; bytes: ArrayBuffer }>;

  constructor(name: string, description: ReferenceDescription) {
    this.name = name;
    this.description = description;
    this.#tensors = readTensors(join(referenceFolder, description.tensors));
  }

  get checkpointFolder(): string {
    return join(referenceFolder, this.description.checkpoint);
  }

  /** The pictures and clips in the order of the messages, with the reference's grids. */
  get media(): { kind: "image" | "video"; grid: GridThw }[] {
    const grids = { image: this.#grids("image_grid_thw"), video: this.#grids("video_grid_thw") };
    const parts = this.description.messages.flatMap(({ content }) => (typeof content === "string" ? [] : content));
    return parts.flatMap((part) => {
      if (part.type === "text") return [];
      const grid = grids[part.type].shift();
      if (!grid) throw new Error(`Case ${this.name} has fewer grids than media`);
      return [{ kind: part.type, grid }];
    });
  }

  has(tensor: string): boolean {
    return this.#tensors.has(tensor);
  }

  uint8(tensor: string): ReferenceTensor<"U8"> {
    const { shape, bytes } = this.#tensor(tensor, "U8");
    return { shape, values: new Uint8Array(bytes) };
  }

  int32(tensor: string): ReferenceTensor<"I32"> {
    const { shape, bytes } = this.#tensor(tensor, "I32");
    return { shape, values: new Int32Array(bytes) };
  }

  float32(tensor: string): ReferenceTensor<"F32"> {
    const { shape, bytes } = this.#tensor(tensor, "F32");
    return { shape, values: new Float32Array(bytes) };
  }

  #grids(tensor: string): GridThw[] {
    if (!this.has(tensor)) return [];
    const { shape, values } = this.int32(tensor);
    return Array.from({ length: shape[0] ?? 0 }, (_, row) => {
      const [t = 0, h = 0, w = 0] = values.subarray(row * 3);
      return { t, h, w };
    });
  }

  #tensor(name: string, dtype: keyof Values): { shape: readonly number[]; bytes: ArrayBuffer } {
    const found = this.#tensors.get(name);
    if (found?.entry.dtype !== dtype) throw new Error(`Case ${this.name} has no ${dtype} tensor ${name}`);
    return { shape: found.entry.shape, bytes: found.bytes };
  }
}

export function readCase(name: string): ReferenceCase {
  const description = cases[name];
  if (!description) throw new Error(`There is no case ${name}`);
  return new ReferenceCase(name, description);
}

function readTensors(path: string): Map<string, { entry: Entry; bytes: ArrayBuffer }> {
  const file = readFileSync(path);
  const headerEnd = 8 + Number(file.readBigUInt64LE(0));
  const header = z.record(z.string(), entrySchema).parse(JSON.parse(file.toString("utf8", 8, headerEnd)));
  return new Map(
    Object.entries(header).map(([name, entry]) => {
      const [from, to] = entry.data_offsets;
      // A copy, because a typed array needs an aligned start.
      const bytes = new Uint8Array(file.subarray(headerEnd + from, headerEnd + to)).buffer;
      return [name, { entry, bytes }];
    }),
  );
}
