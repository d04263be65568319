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

/** Quantizes rows of `columns` inputs; an incomplete last block is filled with zeros. */
export function quantizeRows(weights: Float32Array, columns: number, format: BlockFormat): QuantizedRows {
  const { bits, block } = format;
  const rows = weights.length / columns;
  const blocks = Math.ceil(columns / block);
  const blockBytes = (block * bits) / 8;
  const values = new Uint8Array(rows * blocks * blockBytes);
  const scales = new Float32Array(rows * blocks);
  const zeroRowBytes = Math.ceil((blocks * bits) / 8);
  const zeroPoints = format.zeroPoints ? new Uint8Array(rows * zeroRowBytes) : undefined;
  const levels = new Uint8Array(block);
  const range = new Float64Array(2);
  for (let row = 0; row < rows; row++) {
    for (let index = 0; index < blocks; index++) {
      const start = row * columns + index * block;
      const end = Math.min(start + block, (row + 1) * columns);
      measureRange(weights, start, end, range);
      const zero = zeroPoints ? zeroPointOf(range, bits) : 1 << (bits - 1);
      const scale = fitScale(weights, { start, end, zero, bits }, range);
      scales[row * blocks + index] = scale;
      if (end - start < block) levels.fill(zero);
      roundToLevels(weights, { start, end, zero, bits }, { scale, levels });
      pack(levels, values, (row * blocks + index) * blockBytes, bits);
      if (zeroPoints) packOne(zeroPoints, row * zeroRowBytes, { index, level: zero, bits });
    }
  }
  return { values, scales, zeroPoints };
}

/** 4-bit levels and zero points of a byte each, two in a byte; rows of `blocks` zero points. */
export function packLevels(levels: Uint8Array, zeros: Uint8Array, blocks: number): { values: Uint8Array<ArrayBuffer>; zeroPoints: Uint8Array<ArrayBuffer> } {
  const values = new Uint8Array(levels.length / 2);
  pack(levels, values, 0, 4);
  const rowBytes = Math.ceil(blocks / 2);
  const zeroPoints = new Uint8Array((zeros.length / blocks) * rowBytes);
  for (const [index, level] of zeros.entries()) {
    packOne(zeroPoints, Math.floor(index / blocks) * rowBytes, { index: index % blocks, level, bits: 4 });
  }
  return { values, zeroPoints };
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

interface Block {
  start: number;
  end: number;
  zero: number;
  bits: 4 | 8;
}

/** Least and greatest value of a block, zero included. */
function measureRange(weights: Float32Array, start: number, end: number, range: Float64Array): void {
  let low = 0;
  let high = 0;
  for (let index = start; index < end; index++) {
    const weight = weights[index] ?? 0;
    low = weight < low ? weight : low;
    high = weight > high ? weight : high;
  }
  range[0] = low;
  range[1] = high;
}

/** The level that stands for zero when the range of a block is spread over all levels. */
function zeroPointOf([low = 0, high = 0]: Float64Array, bits: 4 | 8): number {
  const top = (1 << bits) - 1;
  return high === low ? 1 << (bits - 1) : Math.round((-low / (high - low)) * top);
}

/** How far below the range's own scale the search goes: clipping the extremes often costs less than a coarse grid. */
const shrinks = [1, 0.92, 0.84] as const;

/**
 * The scale of least squared error: from some first scales, levels are rounded, and for fixed levels the best scale is
 * Σ w·l / Σ l² with l = level − zero (least squares), which leaves the error Σ w² − (Σ w·l)² / Σ l²; the best is kept.
 */
function fitScale(weights: Float32Array, { start, end, zero, bits }: Block, [low = 0, high = 0]: Float64Array): number {
  const top = (1 << bits) - 1;
  // Of the two sides, `zero` leaves one level more below than above: the larger extreme takes it, by the scale's sign.
  const symmetric = zero === 1 << (bits - 1);
  const widest = symmetric ? (high > -low ? high / -zero : low / -zero) : Math.max(zero > 0 ? low / -zero : 0, top > zero ? high / (top - zero) : 0);
  if (widest === 0) return 0;
  // One loop for all first scales, so that the processor works on them side by side.
  const fine = bits === 4;
  const inverse = 1 / (widest * shrinks[0]);
  const inverse1 = 1 / (widest * shrinks[1]);
  const inverse2 = 1 / (widest * shrinks[2]);
  let product = 0, product1 = 0, product2 = 0;
  let square = 0, square1 = 0, square2 = 0;
  for (let index = start; index < end; index++) {
    const weight = weights[index] ?? 0;
    const level = nearestLevel(weight * inverse + zero, top) - zero;
    product += weight * level;
    square += level * level;
    if (!fine) continue;
    const level1 = nearestLevel(weight * inverse1 + zero, top) - zero;
    product1 += weight * level1;
    square1 += level1 * level1;
    const level2 = nearestLevel(weight * inverse2 + zero, top) - zero;
    product2 += weight * level2;
    square2 += level2 * level2;
  }
  let best = product / square;
  let gain = product * best;
  if (product1 * product1 > gain * square1) {
    best = product1 / square1;
    gain = product1 * best;
  }
  if (product2 * product2 > gain * square2) best = product2 / square2;
  return best;
}

function roundToLevels(weights: Float32Array, { start, end, zero, bits }: Block, { scale, levels }: { scale: number; levels: Uint8Array }): void {
  const top = (1 << bits) - 1;
  const inverse = scale === 0 ? 0 : 1 / scale;
  for (let index = start; index < end; index++) levels[index - start] = nearestLevel((weights[index] ?? 0) * inverse + zero, top);
}

/** The integer of 0 … top that is nearest; this form is several times as fast as Math.round. */
function nearestLevel(value: number, top: number): number {
  return value < 0 ? 0 : value >= top ? top : (value + 0.5) | 0;
}

function pack(levels: Uint8Array, target: Uint8Array, offset: number, bits: 4 | 8): void {
  if (bits === 8) {
    target.set(levels, offset);
    return;
  }
  for (let index = 0; index < levels.length; index += 2) target[offset + (index >> 1)] = (levels[index] ?? 0) | ((levels[index + 1] ?? 0) << 4);
}

function packOne(target: Uint8Array, offset: number, { index, level, bits }: { index: number; level: number; bits: 4 | 8 }): void {
  const place = offset + ((index * bits) >> 3);
  target[place] = bits === 8 ? level : (target[place] ?? 0) | (level << (4 * (index & 1)));
}

function unpackOne(source: Uint8Array, offset: number, { index, bits }: { index: number; bits: 4 | 8 }): number {
  const byte = source[offset + ((index * bits) >> 3)] ?? 0;
  return bits === 8 ? byte : (byte >> (4 * (index & 1))) & 15;
}
