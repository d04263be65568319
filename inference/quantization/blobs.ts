import { BlockFitter } from "./blockFitter.ts";

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

/** Outputs whose blocks are gathered together: as many values as a line of the processor's cache holds. */
const tileOutputs = 16;

/** Quantizes a matrix that is stored as (inputs, outputs). */
export function quantizeToBlob(matrix: Float32Array, { inputs, outputs }: TransposedMatrix): Uint8Array<ArrayBuffer> {
  const blob = new Uint8Array(blobBytes({ inputs, outputs }));
  const bytes = new DataView(blob.buffer);
  const blocks = Math.ceil(inputs / block);
  const fitter = new BlockFitter(block);
  const tile = new Float32Array(tileOutputs * block);
  for (let index = 0; index < blocks; index++) {
    const height = Math.min(block, inputs - index * block);
    if (height < block) tile.fill(0);
    for (let first = 0; first < outputs; first += tileOutputs) {
      const width = Math.min(tileOutputs, outputs - first);
      for (let input = 0; input < height; input++) {
        const start = (index * block + input) * outputs + first;
        for (let output = 0; output < width; output++) tile[output * block + input] = matrix[start + output] ?? 0;
      }
      for (let output = 0; output < width; output++) {
        const scale = fitter.fit(tile, output * block);
        const at = ((first + output) * blocks + index) * blobBlockBytes;
        bytes.setFloat32(at, scale, true);
        const { levels } = fitter;
        for (let byte = 0; byte < block / 2; byte++) blob[at + 4 + byte] = (levels[byte] ?? 0) | ((levels[byte + block / 2] ?? 0) << 4);
      }
    }
  }
  return blob;
}
