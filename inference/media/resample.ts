import { Slices } from "./slices.ts";

/**
 * Bicubic resizing with Pillow's values, bit for bit: two passes of 8-bit pixels with fixed-point weights.
 * Algorithm: Pillow `src/libImaging/Resample.c` (precompute_coeffs, normalize_coeffs_8bpc, ImagingResample*_8bpc);
 * the kernel is Keys 1981, "Cubic Convolution Interpolation for Digital Image Processing", a = −0.5.
 */

/** A picture of 8-bit red, green, blue, interleaved, rows from the top. */
export interface RgbImage {
  width: number;
  height: number;
  data: Uint8Array;
}

const channels = 3;
/** What is left of 32 bits beside the 8 of a pixel and 2 for weights that overshoot. */
const weightBits = 32 - 8 - 2;
const half = 1 << (weightBits - 1);
const kernelRadius = 2;

/** For each output position: where its inputs begin, how many they are, and their weights at position × stride. */
interface Weights {
  starts: Int32Array;
  counts: Int32Array;
  stride: number;
  values: Int32Array;
}

function cubicKernel(distance: number): number {
  const a = -0.5;
  const x = Math.abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

function resampleWeights(inputSize: number, outputSize: number): Weights {
  const scale = inputSize / outputSize;
  // A kernel as wide as an output pixel when shrinking, which keeps out aliasing.
  const kernelScale = Math.max(scale, 1);
  const support = kernelRadius * kernelScale;
  const stride = Math.ceil(support) * 2 + 1;
  const weights: Weights = {
    starts: new Int32Array(outputSize),
    counts: new Int32Array(outputSize),
    stride,
    values: new Int32Array(outputSize * stride),
  };
  const row = new Float64Array(stride);
  const inverse = 1 / kernelScale;
  for (let output = 0; output < outputSize; output++) {
    const center = (output + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(inputSize, Math.trunc(center + support + 0.5)) - start;
    let sum = 0;
    for (let tap = 0; tap < count; tap++) {
      const weight = cubicKernel((tap + start - center + 0.5) * inverse);
      row[tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < count; tap++) {
      const fixed = ((row[tap] ?? 0) / sum) * (1 << weightBits);
      weights.values[output * stride + tap] = Math.trunc(fixed < 0 ? fixed - 0.5 : fixed + 0.5);
    }
    weights.starts[output] = start;
    weights.counts[output] = count;
  }
  return weights;
}

/** Red, green and blue in one loop, which halves the time of three. */
function resampleRow(input: Uint8Array, inputOffset: number, output: Uint8ClampedArray, at: { offset: number; weights: Weights }): void {
  const { starts, counts, stride, values } = at.weights;
  let position = at.offset;
  for (let x = 0; x < starts.length; x++) {
    let red = half;
    let green = half;
    let blue = half;
    let source = inputOffset + (starts[x] ?? 0) * channels;
    const first = x * stride;
    const end = first + (counts[x] ?? 0);
    for (let tap = first; tap < end; tap++) {
      const weight = values[tap] ?? 0;
      red = (red + Math.imul(weight, input[source] ?? 0)) | 0;
      green = (green + Math.imul(weight, input[source + 1] ?? 0)) | 0;
      blue = (blue + Math.imul(weight, input[source + 2] ?? 0)) | 0;
      source += channels;
    }
    output[position] = red >> weightBits;
    output[position + 1] = green >> weightBits;
    output[position + 2] = blue >> weightBits;
    position += channels;
  }
}

async function resampleHorizontally(image: RgbImage, width: number, slices: Slices): Promise<RgbImage> {
  const weights = resampleWeights(image.width, width);
  const data = new Uint8ClampedArray(width * image.height * channels);
  for (let y = 0; y < image.height; y++) {
    resampleRow(image.data, y * image.width * channels, data, { offset: y * width * channels, weights });
    if (slices.isOver()) await slices.yield();
  }
  return { width, height: image.height, data: new Uint8Array(data.buffer) };
}

async function resampleVertically(image: RgbImage, height: number, slices: Slices): Promise<RgbImage> {
  const { starts, counts, stride, values } = resampleWeights(image.height, height);
  const rowLength = image.width * channels;
  const data = new Uint8ClampedArray(rowLength * height);
  // Sums of a whole output row: every input row is read in order, once.
  const sums = new Int32Array(rowLength);
  for (let y = 0; y < height; y++) {
    sums.fill(half);
    const count = counts[y] ?? 0;
    for (let tap = 0; tap < count; tap++) {
      const weight = values[y * stride + tap] ?? 0;
      const source = ((starts[y] ?? 0) + tap) * rowLength;
      for (let x = 0; x < rowLength; x++) sums[x] = (sums[x] ?? 0) + Math.imul(weight, image.data[source + x] ?? 0);
    }
    const target = y * rowLength;
    for (let x = 0; x < rowLength; x++) data[target + x] = (sums[x] ?? 0) >> weightBits;
    if (slices.isOver()) await slices.yield();
  }
  return { width: image.width, height, data: new Uint8Array(data.buffer) };
}

/**
 * The picture at another size. Works in slices, between which other events are served.
 *
 * @throws what `signal` was aborted with.
 */
export async function resizeBicubic(image: RgbImage, size: { width: number; height: number }, signal?: AbortSignal): Promise<RgbImage> {
  const slices = new Slices(signal);
  const narrow = size.width === image.width ? image : await resampleHorizontally(image, size.width, slices);
  return size.height === image.height ? narrow : await resampleVertically(narrow, size.height, slices);
}
