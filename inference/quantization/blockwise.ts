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
  values: Uint8Array;
  /** (rows, blocks). */
  scales: Float32Array;
  /** (rows, ceil(blocks · bits / 8)), only with zero points. */
  zeroPoints: Uint8Array | undefined;
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
  for (let row = 0; row < rows; row++) {
    for (let index = 0; index < blocks; index++) {
      const start = row * columns + index * block;
      const end = Math.min(start + block, (row + 1) * columns);
      const zero = zeroPoints ? zeroPointOf(weights, start, end, bits) : 1 << (bits - 1);
      const scale = fitScale(weights, { start, end, zero, bits, levels });
      scales[row * blocks + index] = scale;
      levels.fill(zero, end - start);
      pack(levels, values, (row * blocks + index) * blockBytes, bits);
      if (zeroPoints) packOne(zeroPoints, row * zeroRowBytes, { index, level: zero, bits });
    }
  }
  return { values, scales, zeroPoints };
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
  /** Receives the levels for the scale that is returned. */
  levels: Uint8Array;
}

/** How far below the range's own scale the search goes, in steps; clipping the extremes often costs less than a coarse grid. */
const shrinkSteps = { 4: [1, 0.92, 0.84], 8: [1] } as const;

/**
 * The scale of least squared error: from some first scales, levels are rounded, and for fixed levels the best scale is
 * Σ w·l / Σ l² with l = level − zero (least squares); the best of those is kept.
 */
function fitScale(weights: Float32Array, { start, end, zero, bits, levels }: Block): number {
  const top = (1 << bits) - 1;
  let low = 0;
  let high = 0;
  for (let index = start; index < end; index++) {
    const weight = weights[index] ?? 0;
    if (weight < low) low = weight;
    else if (weight > high) high = weight;
  }
  // Of the two sides, `zero` leaves one level more below than above: the larger extreme takes it, by the scale's sign.
  const symmetric = zero === 1 << (bits - 1);
  const flip = symmetric && high > -low;
  const widest = symmetric ? (flip ? high / -zero : low / -zero) : Math.max(zero > 0 ? low / -zero : 0, top > zero ? high / (top - zero) : 0);
  if (widest === 0) {
    levels.fill(zero, 0, end - start);
    return 0;
  }
  let best = 0;
  let least = Infinity;
  for (const shrink of shrinkSteps[bits]) {
    const inverse = 1 / (widest * shrink);
    let product = 0;
    let square = 0;
    let energy = 0;
    for (let index = start; index < end; index++) {
      const weight = weights[index] ?? 0;
      const level = nearestLevel(weight * inverse + zero, top) - zero;
      product += weight * level;
      square += level * level;
      energy += weight * weight;
    }
    if (square === 0) continue;
    const error = energy - (product * product) / square;
    if (error < least) {
      least = error;
      best = product / square;
    }
  }
  const inverse = 1 / best;
  for (let index = start; index < end; index++) {
    levels[index - start] = nearestLevel((weights[index] ?? 0) * inverse + zero, top);
  }
  return best;
}

/** The integer of 0 … top that is nearest; this form is several times as fast as Math.round. */
function nearestLevel(value: number, top: number): number {
  return value < 0 ? 0 : value >= top ? top : (value + 0.5) | 0;
}

/** The level that stands for zero when the range of a block, zero included, is spread over all levels. */
function zeroPointOf(weights: Float32Array, start: number, end: number, bits: 4 | 8): number {
  let low = 0;
  let high = 0;
  for (let index = start; index < end; index++) {
    const weight = weights[index] ?? 0;
    if (weight < low) low = weight;
    else if (weight > high) high = weight;
  }
  const top = (1 << bits) - 1;
  return high === low ? 1 << (bits - 1) : Math.round((-low / (high - low)) * top);
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
