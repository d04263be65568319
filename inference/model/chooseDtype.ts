import { totalmem } from "node:os";
import type { TensorStore } from "../checkpoint/types.ts";
import type { Dtype } from "./dtypes.ts";

/** Below this many bytes of weights, fp32 costs little and is exact. */
const smallBytes = 1e9;

/**
 * Of the dtypes in four bits, all of which keep fp32's token wherever fp32 is sure of it, one of the fastest: blocks of 128
 * are multiplied a fifth faster than blocks of 32 (figures in the README). Zero points win back part of what large blocks lose.
 */
export const dtypeOfLargeModels: Dtype = "int4-block128-zero-points";

/** The dtype of a model of so many parameters on a machine with so many bytes of memory, where nobody chose one. */
export function chooseDtype(parameters: number, memory: number): Dtype {
  const bytes = 4 * parameters;
  return bytes < smallBytes && bytes < memory / 4 ? "fp32" : dtypeOfLargeModels;
}

export function countParameters(tensors: TensorStore): number {
  let parameters = 0;
  for (const name of tensors.names()) parameters += tensors.shape(name).reduce((product, dim) => product * dim, 1);
  return parameters;
}

/** What was asked for, or for "auto" what fits this machine. */
export function resolveDtype(asked: Dtype | "auto" | undefined, tensors: TensorStore): Dtype {
  return asked === undefined || asked === "auto" ? chooseDtype(countParameters(tensors), usableMemory()) : asked;
}

/** Bytes of memory of this machine, or of the container that we run in. */
export function usableMemory(): number {
  const bound = process.constrainedMemory();
  return bound > 0 ? Math.min(bound, totalmem()) : totalmem();
}
