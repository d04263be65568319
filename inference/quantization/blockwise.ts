import { BlockKernel } from "./blockKernel.ts";

/**
 * Block-wise integer weights as ONNX Runtime's MatMulNBits takes them: every `block` consecutive inputs of an output
 * share one scale, value ≈ (q − zero) · scale with zero = 2^(bits − 1), or a zero point of their own.
 */

export interface BlockFormat {
  bits: 4 | 8;
  /** Inputs that share a scale: a power of two from 16. */
  block: number;
  /** A zero point for each block, where values lie to one side of zero. */
  zeroPoints: boolean;
}

export interface QuantizedRows {
  /** (rows, blocks, block · bits / 8); of two 4-bit values the first is in the low half. */
  values: Uint8Array<ArrayBuffer>;
  /** (rows, blocks). */
  scales: Float32Array<ArrayBuffer>;
  /** (rows, ceil(blocks · bits / 8)), only with zero points. */
  zeroPoints: Uint8Array<ArrayBuffer> | undefined;
}

/** Quantizes rows of `columns` inputs; an incomplete last block is filled with zeros. `kernel` saves compiling one. */
export function quantizeRows(weights: Float32Array, columns: number, format: BlockFormat, kernel = new BlockKernel()): QuantizedRows {
  const { bits, block } = format;
  const rows = weights.length / columns;
  const perRow = Math.ceil(columns / block);
  const blocks = kernel.allocate(rows * perRow, block);
  if (columns % block === 0) blocks.values.set(weights);
  else {
    blocks.values.fill(0);
    for (let row = 0; row < rows; row++) blocks.values.set(weights.subarray(row * columns, (row + 1) * columns), row * perRow * block);
  }
  blocks.quantize(format);
  const values = bits === 8 ? blocks.levels.slice() : packNeighbors(blocks.levels);
  return { values, scales: blocks.scales.slice(), zeroPoints: format.zeroPoints ? packZeros(blocks.zeros, perRow, bits) : undefined };
}

/** 4-bit levels and zero points of a byte each, two in a byte; rows of `blocks` zero points. */
export function packLevels(levels: Uint8Array, zeros: Uint8Array, blocks: number): { values: Uint8Array<ArrayBuffer>; zeroPoints: Uint8Array<ArrayBuffer> } {
  return { values: packNeighbors(levels), zeroPoints: packZeros(zeros, blocks, 4) };
}

/** The values that quantized rows stand for. */
export function dequantizeRows({ values, scales, zeroPoints }: QuantizedRows, columns: number, { bits, block }: BlockFormat): Float32Array {
  const blocks = Math.ceil(columns / block);
  const rows = scales.length / blocks;
  const result = new Float32Array(rows * columns);
  const zeroRowBytes = Math.ceil((blocks * bits) / 8);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const index = Math.floor(column / block);
      const level = unpackOne(values, (row * blocks + index) * ((block * bits) / 8), { index: column % block, bits });
      const zero = zeroPoints ? unpackOne(zeroPoints, row * zeroRowBytes, { index, bits }) : 1 << (bits - 1);
      result[row * columns + column] = (level - zero) * (scales[row * blocks + index] ?? 0);
    }
  }
  return result;
}

/** Each two 4-bit levels in a byte, the first low; four at a time. */
function packNeighbors(levels: Uint8Array): Uint8Array<ArrayBuffer> {
  const packed = new Uint16Array(levels.length / 4);
  const aligned = levels.byteOffset % 4 === 0 ? levels : levels.slice();
  const words = new Uint32Array(aligned.buffer, aligned.byteOffset, packed.length);
  for (let index = 0; index < packed.length; index++) {
    const word = words[index] ?? 0;
    const pairs = word | (word >>> 4);
    packed[index] = (pairs & 0xff) | ((pairs >>> 8) & 0xff00);
  }
  return new Uint8Array(packed.buffer);
}

/** Each row of zero points begins at a byte. */
function packZeros(zeros: Uint8Array, perRow: number, bits: 4 | 8): Uint8Array<ArrayBuffer> {
  if (bits === 8) return zeros.slice();
  const rowBytes = Math.ceil(perRow / 2);
  const packed = new Uint8Array((zeros.length / perRow) * rowBytes);
  for (const [index, zero] of zeros.entries()) {
    const place = Math.floor(index / perRow) * rowBytes + ((index % perRow) >> 1);
    packed[place] = (packed[place] ?? 0) | (zero << (4 * ((index % perRow) & 1)));
  }
  return packed;
}

function unpackOne(source: Uint8Array, offset: number, { index, bits }: { index: number; bits: 4 | 8 }): number {
  const byte = source[offset + ((index * bits) >> 3)] ?? 0;
  return bits === 8 ? byte : (byte >> (4 * (index & 1))) & 15;
}
