import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import type { Checkpoint, ModelConfig, TensorStore } from "../checkpoint/types.ts";
import { isDiskFull } from "../diskFull.ts";
import { EngineError } from "../errors.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { type Progress, ProgressMeter } from "../progress.ts";
import { createQuantizer } from "../quantization/quantizer.ts";
import { multipliesBlobs } from "./blobProducts.ts";
import { countParameters } from "./chooseDtype.ts";
import { buildDecoderGraph, outputLayer } from "./decoderGraph.ts";
import { type Dtype, isFloat, type MatrixFormat, type MatrixFormats, matrixFormats } from "./dtypes.ts";
import { takeLock } from "../lock.ts";
import { graphKinds } from "./graphKinds.ts";
import { LayerBuilder } from "./layers.ts";
import { fingerprint, graphFiles, isComplete, lockFile, type PreparedModel, preparedModel, removeDrafts, removeLeftovers, weightsFile, writeManifest } from "./preparedFolder.ts";
import { buildVisionGraph } from "./visionGraph.ts";
import { WeightFile } from "./weightFile.ts";

export type { PreparedModel } from "./preparedFolder.ts";

export interface PrepareOptions {
  dtype: Dtype;
  cacheFolder: string;
  onProgress?: (progress: Progress) => void;
}

/** From this many parameters on, quantizing takes longer than starting threads for it. */
const parametersWorthThreads = 100e6;

/**
 * Builds the graphs of a checkpoint in the cache folder, unless they are there already. They are written to a folder
 * of their own, the manifest last, which then takes its final name: a half-written one is never loaded. Of two processes
 * one works and the other waits for it; should both work, one of the results is used. Leftovers of killed ones are removed.
 *
 * A matrix is read, converted and written in parts, so that the memory does not depend on the size of the checkpoint.
 *
 * @throws EngineError model_disk_full
 */
export async function prepareModel(checkpoint: Checkpoint, { dtype, cacheFolder, onProgress = () => undefined }: PrepareOptions): Promise<PreparedModel> {
  const formats = await formatsHere(checkpoint.config, dtype);
  const id = await fingerprint(checkpoint.folder, formats.expertBlobs ? `${dtype} blobs` : dtype);
  const folder = path.join(cacheFolder, id);
  if (await isComplete(folder)) return preparedModel(folder);

  await mkdir(cacheFolder, { recursive: true });
  await removeLeftovers(cacheFolder);
  await using lock = await takeLock(lockFile(cacheFolder, id), { onWait: (fraction) => onProgress({ fraction }) });
  if (await isComplete(folder)) return preparedModel(folder);

  await removeDrafts(cacheFolder, id);
  const draft = await mkdtemp(`${folder}.`);
  try {
    const report = (progress: Progress) => {
      lock.setFraction(progress.fraction);
      onProgress(progress);
    };
    await writeGraphs(checkpoint, draft, { formats, report });
    await writeManifest(draft, checkpoint, dtype);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } catch (fault) {
    if (await isComplete(folder)) return preparedModel(folder);
    throw isDiskFull(fault) ? new EngineError("model_disk_full", { folder: cacheFolder }, { cause: fault }) : fault;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return preparedModel(folder);
}

/** What a dtype means for a model on this machine. */
export async function formatsHere({ text }: ModelConfig, dtype: Dtype): Promise<MatrixFormats> {
  return { ...matrixFormats[dtype], expertBlobs: text.moe !== undefined && (await multipliesBlobs()) };
}

/** Writes the graphs and weights of a checkpoint into a folder, without the manifest that makes it one of the cache's. */
export async function writeGraphs(checkpoint: Checkpoint, folder: string, { formats, report }: { formats: MatrixFormats; report: (progress: Progress) => void }): Promise<void> {
  const { config, image: processor } = checkpoint;
  const parameters = countParameters(checkpoint.tensors);
  const tensors = withProgress(checkpoint, report);
  await using quantizer = createQuantizer(!isFloat(formats.decoder) && parameters >= parametersWorthThreads ? availableParallelism() : 1);
  {
    await using weights = await WeightFile.create(path.join(folder, weightsFile), weightsFile);
    for (const kind of graphKinds) {
      const vision = new GraphBuilder();
      await buildVisionGraph(new LayerBuilder(vision, { tensors, weights, quantizer }), config, { processor, format: formats.vision, inSpans: kind === "cpu" });
      await writeFile(path.join(folder, graphFiles[kind].vision), vision.encode(kind));
    }
    const decoder = new GraphBuilder();
    await buildDecoderGraph(new LayerBuilder(decoder, { tensors, weights, quantizer }), config, { ...formats, head: headFormat(checkpoint, formats) });
    for (const kind of graphKinds) await writeFile(path.join(folder, graphFiles[kind].decoder), decoder.encode(kind));
  }
}

/** Four bits only where the rows that correct them can be read. */
function headFormat({ config, tensors }: Checkpoint, { head }: MatrixFormats): MatrixFormat {
  const correctable = tensors.hasRows(`${outputLayer(config)}.weight`);
  return isFloat(head) || head.bits === 8 || correctable ? head : { bits: 8, block: 128, zeroPoints: false };
}

/** Tensors that the engine reads from the checkpoint when it runs, and the graphs do not hold. */
function unpreparedTensors({ config }: Checkpoint): string[] {
  return ["model.visual.pos_embed.weight", ...(config.tieWordEmbeddings ? [] : ["model.language_model.embed_tokens.weight"])];
}

function withProgress(checkpoint: Checkpoint, report: (progress: Progress) => void): TensorStore {
  const { tensors } = checkpoint;
  const left = unpreparedTensors(checkpoint).map((name) => tensors.shape(name).reduce((product, dim) => product * dim, 1));
  const meter = new ProgressMeter(countParameters(tensors) - left.reduce((sum, count) => sum + count, 0), report);
  return {
    has: (name) => tensors.has(name),
    hasRows: (name) => tensors.hasRows(name),
    names: () => tensors.names(),
    shape: (name) => tensors.shape(name),
    dtype: (name) => tensors.dtype(name),
    blocks: (name) => {
      const blocks = tensors.blocks(name);
      return blocks && {
        block: blocks.block,
        read: async (from, to) => {
          const rows = await blocks.read(from, to);
          meter.add(rows.levels.length);
          return rows;
        },
      };
    },
    readRows: (name, rows) => tensors.readRows(name, rows),
    read: async (name, rows) => {
      const values = await tensors.read(name, rows);
      meter.add(values.length);
      return values;
    },
    [Symbol.dispose]: () => undefined, // the checkpoint owns them
  };
}
