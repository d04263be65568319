/** Numbers from 0 up to, not including, 1, with 53 random bits. */
export type Random = () => number;

/**
 * xoshiro128** (Blackman and Vigna 2018, https://prng.di.unimi.it), its state filled from the seed by SplitMix32: the same
 * seed gives the same numbers on every machine.
 *
 * @param seed a whole number below 2⁵³.
 */
export function createRandom(seed: number): Random {
  const fill = splitMix32((seed >>> 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1));
  let [a, b, c, d] = [fill(), fill(), fill(), fill()];
  const next = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result >>> 0;
  };
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** Steele, Lea and Flood 2014, with the finalizer of MurmurHash3. */
function splitMix32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let value = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
    return value ^ (value >>> 16);
  };
}
