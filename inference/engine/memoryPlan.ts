import { expectedTensors } from "../checkpoint/expectedTensors.ts";
import type { ModelConfig, TextConfig, VisionConfig } from "../checkpoint/types.ts";
import { EngineError } from "../errors.ts";
import { type Dtype, isFloat, type MatrixFormat, type MatrixFormats, matrixFormats } from "../model/dtypes.ts";
import { kvCacheBytesPerToken } from "./kvCache.ts";
import { spansOf, visionBounds } from "./visionTower.ts";

export interface MemoryWishes {
  dtype: Dtype;
  /** What the dtype means on this machine, where that is not the same everywhere. */
  formats?: MatrixFormats;
  slots: number;
  /** Rows of the KV cache beside the slots', as a GPU has one; none without it. */
  spareRows?: number;
  /** Tokens of one conversation; undefined: as many as fit, up to what the checkpoint allows. */
  maxContext: number | undefined;
  prefillChunk: number;
  /** Bytes that the engine may use. */
  available: number;
  /** Whether fp16 weights stay as they are, on a GPU that multiplies them so; false without it. */
  halfPrecision?: boolean;
}

/** What the engine will use at most, in bytes. */
export interface MemoryPlan {
  weights: number;
  /** Inputs and results of the largest runs. */
  working: number;
  /** Tokens of one conversation. */
  context: number;
  kvCachePerToken: number;
  /** Of all slots, each full. */
  kvCache: number;
  total: number;
  /** What a picture of `largestPicture` tokens takes beside all that, while it is seen. */
  largePicture: number;
}

const mebibyte = 1 << 20;
/** Node, ONNX Runtime and libraries. */
const programBytes = 256 * mebibyte;
/**
 * Of experts that are multiplied where they lie in the mapped file, the system may take this share back: a token uses a few
 * of them, and what is missing is read again.
 */
const reclaimableShare = 0.25;
/** Bytes of a 4-bit weight that QMoE holds on the CPU: a byte, and its own packed form beside it. Measured. */
const packedExpertBytes = 1.65;
/** The largest picture that the published processors let through, in visual tokens. */
const largestPicture = 16_384;
const smallestUsefulContext = 1024;

/**
 * How the memory will be used, before anything is loaded.
 * @throws EngineError memory_exceeded with the figures when not even a short conversation fits
 */
export function planMemory(config: ModelConfig, wishes: MemoryWishes): MemoryPlan {
  const formats = wishes.formats ?? matrixFormats[wishes.dtype];
  const weights = weightBytes(config, formats, wishes.halfPrecision);
  const available = wishes.available + (formats.expertBlobs ? reclaimableShare * expertBytes(config, formats) : 0);
  const kvCachePerToken = kvCacheBytesPerToken(config.text);
  const usualRun = visionRunBytes(config.vision, visionBounds.patchesPerRun);
  const working = programBytes + prefillBytes(config.text, wishes.prefillChunk) + usualRun;
  const left = available - weights - working;
  const rows = wishes.slots + (wishes.spareRows ?? 0);
  const fitting = Math.floor(left / (rows * kvCachePerToken));
  const context = wishes.maxContext === undefined ? Math.min(config.text.maxPositions, fitting) : Math.min(config.text.maxPositions, wishes.maxContext);
  const least = Math.min(smallestUsefulContext, config.text.maxPositions);
  const kvCache = rows * Math.max(context, least) * kvCachePerToken;
  const total = weights + working + kvCache;
  if (total > available) {
    throw new EngineError("memory_exceeded", {
      needed: Math.ceil(total / mebibyte),
      available: Math.floor(available / mebibyte),
      weights: Math.ceil(weights / mebibyte),
      cache: Math.ceil(kvCache / mebibyte),
      dtype: wishes.dtype,
      slots: wishes.slots,
      context: Math.max(context, least),
    });
  }
  const largePicture = visionRunBytes(config.vision, largestPicture * config.vision.mergeSize ** 2) - usualRun;
  return { weights, working, context, kvCachePerToken, kvCache, total, largePicture };
}

/** What a device changes of a plan. */
export function deviceWishes({ device, halfPrecision }: { device: string; halfPrecision: boolean }, slots: number): Pick<MemoryWishes, "halfPrecision" | "spareRows"> {
  return { halfPrecision, spareRows: device !== "cpu" && slots > 1 ? 1 : 0 };
}

/** Two sentences for the console: what is used, and what a longer conversation and a large picture cost. */
export function describePlan(plan: MemoryPlan): string {
  const mebibytes = (bytes: number) => `${Math.ceil(bytes / mebibyte).toLocaleString("en")} MiB`;
  const cache = `${mebibytes(plan.kvCache)} for conversations of ${plan.context.toLocaleString("en")} tokens (${mebibytes(1000 * plan.kvCachePerToken)} per 1,000 tokens)`;
  return `Memory: at most ${mebibytes(plan.total)}, of which ${mebibytes(plan.weights)} weights and ${cache}. A picture of ${largestPicture.toLocaleString("en")} tokens takes ${mebibytes(plan.largePicture)} more while it is seen.`;
}

/** Bytes of the prepared weights. The embedding's rows are read from the checkpoint, one by one. */
export function weightBytes(config: ModelConfig, formats: MatrixFormats, halfPrecision = false): number {
  const bytesPerValue = (format: MatrixFormat) => (halfPrecision && format === "fp16" ? 2 : bytesOnCpu(format));
  let bytes = 0;
  for (const { name, shape } of expectedTensors(config)) {
    const values = shape.reduce((product, dim) => product * dim, 1);
    if (name.endsWith("embed_tokens.weight")) bytes += config.tieWordEmbeddings ? values * bytesPerValue(formats.head) : 0;
    else if (name.includes(".experts.") && isPacked(formats)) bytes += values * packedExpertBytes;
    else bytes += values * (shape.length < 2 ? 4 : bytesPerValue(formatOf(name, formats)));
  }
  return Math.ceil(bytes);
}

function expertBytes(config: ModelConfig, formats: MatrixFormats): number {
  const experts = [...expectedTensors(config)].filter(({ name }) => name.includes(".experts."));
  return experts.reduce((sum, { shape }) => sum + shape.reduce((product, dim) => product * dim, bytesOnCpu(formats.experts)), 0);
}

/** Experts of four bits that are no blobs are multiplied by QMoE. */
function isPacked({ experts, expertBlobs }: MatrixFormats): boolean {
  return !isFloat(experts) && experts.bits === 4 && expertBlobs === false;
}

function formatOf(name: string, formats: MatrixFormats): MatrixFormat {
  if (name.startsWith("model.visual.")) return formats.vision;
  if (name.startsWith("lm_head.")) return formats.head;
  return name.includes(".experts.") ? formats.experts : formats.decoder;
}

function bytesOnCpu(format: MatrixFormat): number {
  if (isFloat(format)) return 4; // also fp16, which the CPU multiplies as fp32
  return format.bits / 8 + 4 / format.block + (format.zeroPoints ? format.bits / 8 / format.block : 0);
}

/** Rows of the widest layers of one prefill run. Attention is computed in tiles: it takes the same at any context. */
function prefillBytes(text: TextConfig, prefillChunk: number): number {
  const row = 8 * text.hiddenSize + 3 * (text.moe?.intermediateSize ?? text.intermediateSize) + 2 * (text.heads + 2 * text.kvHeads) * text.headDim;
  return 4 * (prefillChunk * row + text.vocabularySize);
}

/**
 * One run of the vision tower on the CPU: for all patches the pixels, the positions and a layer's input, result, keys and
 * values; the rest of a layer for a span of them; and the features, once as they are computed and once as they are kept.
 */
export function visionRunBytes(vision: VisionConfig, patches: number): number {
  const pixels = 3 * vision.temporalPatchSize * vision.patchSize ** 2;
  const span = patches / spansOf(patches, visionBounds);
  const features = 2 * (patches / vision.mergeSize ** 2) * vision.outputSize * (1 + vision.deepstackLayers.length);
  return 4 * (patches * (pixels + 10 * vision.hiddenSize) + span * (6 * vision.hiddenSize + 2 * vision.intermediateSize) + features);
}
