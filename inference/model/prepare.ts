import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Checkpoint } from "../checkpoint/types.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { buildDecoderGraph } from "./decoderGraph.ts";
import { type Dtype, matrixFormats } from "./dtypes.ts";
import { LayerBuilder } from "./layers.ts";
import { buildVisionGraph } from "./visionGraph.ts";
import { WeightFile } from "./weightFile.ts";

/** To be raised whenever the prepared files change for the same checkpoint. */
const formatVersion = 1;
const manifestName = "manifest.json";
const manifestSchema = z.object({ format: z.literal(formatVersion), files: z.record(z.string(), z.number()) });

/** A checkpoint as ONNX Runtime loads it: two graphs and the weights that are mapped into memory. */
export interface PreparedModel {
  vision: string;
  decoder: string;
}

export interface PrepareOptions {
  dtype: Dtype;
  cacheFolder: string;
  /** 0 to 1, by the bytes of the checkpoint that are done. */
  onProgress?: (fraction: number) => void;
}

/**
 * Builds the graphs of a checkpoint in the cache folder, unless they are there already. They are written to a folder
 * of their own, the manifest last, which then takes its final name: a half-written one is never loaded, and of two
 * processes one wins and the other uses its result.
 */
export async function prepareModel(checkpoint: Checkpoint, { dtype, cacheFolder, onProgress }: PrepareOptions): Promise<PreparedModel> {
  const folder = path.join(cacheFolder, await fingerprint(checkpoint.folder, dtype));
  const model = { vision: path.join(folder, "vision.onnx"), decoder: path.join(folder, "decoder.onnx") };
  if (await isComplete(folder)) return model;

  await mkdir(cacheFolder, { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  try {
    await writeGraphs(checkpoint, draft, { dtype, onProgress });
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } catch (fault) {
    if (!(await isComplete(folder))) throw fault; // another process was first
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return model;
}

async function writeGraphs(checkpoint: Checkpoint, folder: string, { dtype, onProgress }: Pick<PrepareOptions, "dtype"> & { onProgress: PrepareOptions["onProgress"] }): Promise<void> {
  const formats = matrixFormats[dtype];
  const tensors = withProgress(checkpoint, onProgress);
  {
    await using weights = await WeightFile.create(path.join(folder, "weights.bin"), "weights.bin");
    const vision = new GraphBuilder();
    await buildVisionGraph(new LayerBuilder(vision, tensors, weights), checkpoint.config, { processor: checkpoint.image, format: formats.vision });
    await writeFile(path.join(folder, "vision.onnx"), vision.encode());
    const decoder = new GraphBuilder();
    await buildDecoderGraph(new LayerBuilder(decoder, tensors, weights), checkpoint.config, formats);
    await writeFile(path.join(folder, "decoder.onnx"), decoder.encode());
  }
  const names = await readdir(folder);
  const files = Object.fromEntries(await Promise.all(names.map(async (name) => [name, (await stat(path.join(folder, name))).size] as const)));
  await writeFile(path.join(folder, manifestName), JSON.stringify({ format: formatVersion, files }));
}

async function isComplete(folder: string): Promise<boolean> {
  try {
    const manifest = manifestSchema.parse(JSON.parse(await readFile(path.join(folder, manifestName), "utf8")));
    const sizes = await Promise.all(Object.entries(manifest.files).map(async ([name, size]) => (await stat(path.join(folder, name))).size === size));
    return sizes.every(Boolean);
  } catch {
    return false; // absent, of an older format or damaged: prepared anew
  }
}

/** Names a checkpoint's files as they are now: another content gets another name. */
async function fingerprint(folder: string, dtype: Dtype): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([formatVersion, dtype, path.resolve(folder)]));
  for (const name of (await readdir(folder)).sort()) {
    if (!/\.safetensors$|config\.json$/.test(name)) continue;
    const { size, mtimeMs } = await stat(path.join(folder, name));
    hash.update(JSON.stringify([name, size, mtimeMs]));
  }
  return hash.digest("hex").slice(0, 32);
}

function withProgress({ tensors }: Checkpoint, onProgress: PrepareOptions["onProgress"]): Checkpoint["tensors"] {
  if (!onProgress) return tensors;
  const elements = (name: string) => tensors.shape(name).reduce((product, dim) => product * dim, 1);
  let total = 0;
  for (const name of tensors.names()) total += elements(name);
  let done = 0;
  return {
    has: (name) => tensors.has(name),
    names: () => tensors.names(),
    shape: (name) => tensors.shape(name),
    dtype: (name) => tensors.dtype(name),
    readRows: (name, rows) => tensors.readRows(name, rows),
    read: async (name, rows) => {
      const values = await tensors.read(name, rows);
      done += values.length;
      onProgress(Math.min(1, done / total));
      return values;
    },
    [Symbol.dispose]: () => undefined, // the checkpoint owns them
  };
}
