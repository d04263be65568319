import type { BlockFormat } from "../quantization/blockwise.ts";

/** How the matrices of a prepared model are stored and multiplied. */
export const dtypes = ["fp32", "fp16", "int8", "int4", "int4-zero-points", "int4-block128", "int4-block128-zero-points"] as const;
export type Dtype = (typeof dtypes)[number];

export type FloatFormat = "fp32" | "fp16";
/** Values of one matrix: floating point, or integers in blocks. */
export type MatrixFormat = FloatFormat | BlockFormat;

export function isFloat(format: MatrixFormat): format is FloatFormat {
  return typeof format === "string";
}

export interface MatrixFormats {
  /** Attention and feed-forward layers of the language model. */
  decoder: MatrixFormat;
  /** The experts of a mixture. */
  experts: MatrixFormat;
  /** Whether experts of 4 bits are stored as blobs, which not every processor multiplies; see blobProducts.ts. */
  expertBlobs?: boolean;
  /** The output layer over the vocabulary; in four bits, the logits that count are computed again (engine/outputLayer.ts). */
  head: MatrixFormat;
  vision: MatrixFormat;
}

const int4 = { bits: 4, block: 32, zeroPoints: false } as const;
const int8 = { bits: 8, block: 128, zeroPoints: false } as const;

/** Language model in four bits; experts have no zero points, and small blocks, because their rows are short. */
function int4With(change: { block?: 32 | 128; zeroPoints?: boolean }): MatrixFormats {
  const format = { ...int4, ...change };
  return { decoder: format, experts: int4, head: format, vision: int8 };
}

/** What each dtype means for each part. */
export const matrixFormats: Readonly<Record<Dtype, MatrixFormats>> = {
  fp32: { decoder: "fp32", experts: "fp32", head: "fp32", vision: "fp32" },
  fp16: { decoder: "fp16", experts: "fp16", head: "fp16", vision: "fp16" },
  int8: { decoder: int8, experts: { ...int8, block: 32 }, head: int8, vision: int8 },
  int4: int4With({}),
  "int4-zero-points": int4With({ zeroPoints: true }),
  "int4-block128": int4With({ block: 128 }),
  "int4-block128-zero-points": int4With({ block: 128, zeroPoints: true }),
};
