/** Adding and taking away 1.5 · 2⁵² leaves the nearest integer of a small number, faster than Math.round. */
const rounder = 6_755_399_441_055_744;
const lowest = -8;
const highest = 7;
/** How far below the range's own scale the search goes, as in fitScale of blockwise.ts. */
const shrink1 = 1 / 0.92;
const shrink2 = 1 / 0.84;

/**
 * Four bits for blocks without zero points: the same choice of scales as quantizeRows makes, for blocks that are given one
 * by one. `levels` are those of the last block.
 */
export class BlockFitter {
  readonly levels: Uint8Array;
  readonly #values: Float64Array;

  constructor(block: number) {
    this.levels = new Uint8Array(block);
    this.#values = new Float64Array(block);
  }

  /** The scale of the block that begins at `start`. */
  fit(source: Float32Array, start: number): number {
    const values = this.#values;
    let low = 0;
    let high = 0;
    for (let index = 0; index < values.length; index++) {
      const value = source[start + index] ?? 0;
      values[index] = value;
      low = value < low ? value : low;
      high = value > high ? value : high;
    }
    // The larger extreme takes the side with one level more, by the scale's sign.
    const widest = (high > -low ? high : low) / lowest;
    const scale = widest === 0 ? 0 : Math.fround(bestScale(values, 1 / widest));
    const inverse = scale === 0 ? 0 : 1 / scale;
    for (let index = 0; index < values.length; index++) this.levels[index] = nearest((values[index] ?? 0) * inverse) - lowest;
    return scale;
  }
}

/** Of three first scales the one that, fitted to its levels, leaves the least squared error. */
function bestScale(values: Float64Array, inverse: number): number {
  const inverse1 = inverse * shrink1;
  const inverse2 = inverse * shrink2;
  let product = 0, product1 = 0, product2 = 0;
  let square = 0, square1 = 0, square2 = 0;
  const { length } = values; // `for of` takes twice as long here
  for (let index = 0; index < length; index++) {
    const value = values[index] ?? 0;
    const level = nearest(value * inverse);
    product += value * level;
    square += level * level;
    const level1 = nearest(value * inverse1);
    product1 += value * level1;
    square1 += level1 * level1;
    const level2 = nearest(value * inverse2);
    product2 += value * level2;
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

function nearest(value: number): number {
  const level = value + rounder - rounder;
  return level < lowest ? lowest : level > highest ? highest : level;
}
