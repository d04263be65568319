import { BlockKernel } from "./blockKernel.ts";

/**
 * Matrices as ONNX Runtime's MatMulFpQ4 takes them, ready to be multiplied where they lie (MLAS_Q4TYPE_BLK0 of
 * onnxruntime/core/mlas/lib/q4common.h): output by output, blocks of 32 inputs, each its scale as float32 and then 16 bytes
 * of 4-bit levels, input i low and input i + 16 high in byte i; value = (level − 8) · scale.
 */

const block = 32;
export const blobBlockBytes = 4 + block / 2;

/** Bytes of a matrix of so many outputs and inputs. */
export function blobBytes({ inputs, outputs }: TransposedMatrix): number {
  return outputs * Math.ceil(inputs / block) * blobBlockBytes;
}

export interface TransposedMatrix {
  inputs: number;
  outputs: number;
}

/** As many values as a line of the processor's cache holds. */
const tile = 16;

/** Quantizes a matrix that is stored as (inputs, outputs); an incomplete last block is filled with zeros. `kernel` saves compiling one. */
export function quantizeToBlob(matrix: Float32Array, { inputs, outputs }: TransposedMatrix, kernel = new BlockKernel()): Uint8Array<ArrayBuffer> {
  const blob = new Uint8Array(blobBytes({ inputs, outputs }));
  const words = new Uint32Array(blob.buffer);
  const perOutput = Math.ceil(inputs / block);
  const blocks = kernel.allocate(outputs, block);
  const { values, levels } = blocks;
  const scaleBits = new Uint32Array(blocks.scales.buffer, blocks.scales.byteOffset, outputs);
  const levelWords = new Uint32Array(levels.buffer, levels.byteOffset, levels.length / 4);
  for (let index = 0; index < perOutput; index++) {
    const height = Math.min(block, inputs - index * block);
    if (height < block) values.fill(0);
    for (let first = 0; first < outputs; first += tile) {
      const last = Math.min(first + tile, outputs);
      for (let input = 0; input < height; input++) {
        const start = (index * block + input) * outputs;
        for (let output = first; output < last; output++) values[output * block + input] = matrix[start + output] ?? 0;
      }
    }
    blocks.quantize({ bits: 4, zeroPoints: false });
    for (let output = 0; output < outputs; output++) {
      const at = ((output * perOutput + index) * blobBlockBytes) / 4;
      words[at] = scaleBits[output] ?? 0;
      const from = (output * block) / 4;
      for (let word = 0; word < 4; word++) words[at + 1 + word] = (levelWords[from + word] ?? 0) | ((levelWords[from + 4 + word] ?? 0) << 4);
    }
  }
  return blob;
}
