/** Floating-point values of a checkpoint as float32. Typed arrays are little-endian on every platform we run on, as safetensors is. */

/** bfloat16 is the upper half of a float32. `target` has the length of `source`. */
export function bfloat16ToFloat32(source: Uint16Array, target: Float32Array): void {
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let index = 0; index < source.length; index += 1) bits[index] = (source[index] ?? 0) << 16;
}

/** IEEE half precision, by table. `target` has the length of `source`. */
export function float16ToFloat32(source: Uint16Array, target: Float32Array): void {
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let index = 0; index < source.length; index += 1) bits[index] = float16Table[source[index] ?? 0] ?? 0;
}

/** 8 bits: sign, 4 of exponent (bias 7), 3 of fraction; no infinities, all ones is no number ("e4m3fn"). By table. */
export function float8ToFloat32(source: Uint8Array, target: Float32Array): void {
  for (let index = 0; index < source.length; index += 1) target[index] = float8Table[source[index] ?? 0] ?? 0;
}

const float8Table = Float32Array.from({ length: 0x100 }, (_, byte) => {
  const sign = byte & 0x80 ? -1 : 1;
  const exponent = (byte >> 3) & 0xf;
  const fraction = byte & 7;
  if ((byte & 0x7f) === 0x7f) return NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -9 : (8 + fraction) * 2 ** (exponent - 10));
});

/** The bits of the nearest half-precision numbers, ties to even; what is too large becomes the largest there is. */
export function float32ToFloat16(source: Float32Array): Uint16Array {
  const bits = new Uint32Array(source.buffer, source.byteOffset, source.length);
  const target = new Uint16Array(source.length);
  for (let index = 0; index < bits.length; index += 1) {
    const value = bits[index] ?? 0;
    const sign = (value >>> 16) & 0x8000;
    const magnitude = value & 0x7fffffff;
    let half: number;
    if (magnitude >= 0x477fe000) half = magnitude > 0x7f800000 ? 0x7e00 : 0x7bff;
    else if (magnitude < 0x38800000) half = subnormalHalf(source[index] ?? 0);
    else half = (magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13;
    target[index] = sign | half;
  }
  return target;
}

/** Multiples of 2⁻²⁴. Adding 2²³ · that step makes float32 arithmetic round to it. */
function subnormalHalf(value: number): number {
  const offset = 0.5;
  return Math.round((Math.fround(Math.abs(value) + offset) - offset) * 2 ** 24);
}

/** The float32 bits of each of the 65536 half-precision numbers. */
const float16Table = Uint32Array.from({ length: 0x10000 }, (_, half) => {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  // Subnormal: fraction · 2⁻²⁴ is a normal float32, or zero.
  const magnitude = new Uint32Array(Float32Array.of(fraction * 2 ** -24).buffer)[0] ?? 0;
  return sign | magnitude;
});
