import { corrupt } from "../files.ts";
import type { StoredTensor } from "../storedTensor.ts";
import type { TensorSource } from "../tensorSource.ts";
import { checkedGroups, type IntegerMatrix, integerTensor, type Latest, transposed } from "./integers.ts";

/** How three programs pack small integers into int32 words, of which the first value has the lowest bits. */

type Find = (suffix: string) => StoredTensor | undefined;

interface PackedOptions {
  /** A tensor of the same layer by the end of its name. */
  find: Find;
  latest: Latest<IntegerMatrix>;
}

/** AutoAWQ's order: the bits of a word, from the lowest, belong to these of its eight outputs. */
export const awqOrder = [0, 2, 4, 6, 1, 3, 5, 7] as const;

/**
 * AWQ, version "gemm" (AutoAWQ, WQLinear_GEMM): qweight (inputs, outputs / 8) and qzeros (groups, outputs / 8), each word
 * with eight neighboring outputs in `awqOrder`; scales (groups, outputs).
 */
export function awqTensor(qweight: StoredTensor, { find, latest }: PackedOptions): TensorSource {
  const bits = 4;
  const [inputs = 0, words = 0] = qweight.shape;
  const outputs = words * 8;
  const { scales, qzeros, groups } = groupTensors(qweight, { find, outputs, inputs, bits });
  const load = async (): Promise<IntegerMatrix> => {
    const levels = transposed(unpackColumns(await qweight.words(), { bits, order: awqOrder }), outputs, new Uint8Array(outputs * inputs));
    const zeros = transposed(unpackColumns(await qzeros.words(), { bits, order: awqOrder }), outputs, new Uint8Array(outputs * groups));
    return {
      outputs, inputs, groups, bits, zeros,
      groupOf: undefined,
      scales: transposed(await scales.floats(), outputs, new Float32Array(outputs * groups)),
      levels: (from, to) => Promise.resolve(levels.subarray(from * inputs, to * inputs)),
    };
  };
  return integerTensor(qweight, load, { shape: [outputs, inputs], groups, bits, latest, regular: true });
}

/**
 * GPTQ (AutoGPTQ, GPTQModel): qweight (inputs · bits / 32, outputs), a word with neighboring inputs of an output; qzeros
 * (groups, outputs · bits / 32), a word with neighboring outputs; scales (groups, outputs); g_idx (inputs), the group of
 * each input. The first version of the format stores zero points less one.
 */
export function gptqTensor(qweight: StoredTensor, { find, latest, bits, zeroOffset }: PackedOptions & { bits: 4 | 8; zeroOffset: 0 | 1 }): TensorSource {
  const perWord = 32 / bits;
  const mask = (1 << bits) - 1;
  const [wordRows = 0, outputs = 0] = qweight.shape;
  const inputs = wordRows * perWord;
  const { scales, qzeros, groups } = groupTensors(qweight, { find, outputs, inputs, bits });
  const groupIndex = find("g_idx");
  if (groupIndex && groupIndex.shape[0] !== inputs) throw corrupt(groupIndex.file.name, "g_idx is not as long as its layer is wide");
  const load = async (): Promise<IntegerMatrix> => {
    const packed = await qweight.words();
    const levels = new Uint8Array(outputs * inputs);
    for (let row = 0; row < wordRows; row++) {
      for (let output = 0; output < outputs; output++) {
        const word = packed[row * outputs + output] ?? 0;
        const start = output * inputs + row * perWord;
        for (let index = 0; index < perWord; index++) levels[start + index] = (word >>> (bits * index)) & mask;
      }
    }
    const zeros = transposed(unpackColumns(await qzeros.words(), { bits }), outputs, new Uint8Array(outputs * groups));
    for (let index = 0; index < zeros.length; index++) zeros[index] = ((zeros[index] ?? 0) + zeroOffset) & mask;
    return {
      outputs, inputs, groups, bits, zeros,
      groupOf: groupIndex && checkedGroups(groupIndex.file.name, await groupIndex.words(), groups),
      scales: transposed(await scales.floats(), outputs, new Float32Array(outputs * groups)),
      levels: (from, to) => Promise.resolve(levels.subarray(from * inputs, to * inputs)),
    };
  };
  return integerTensor(qweight, load, { shape: [outputs, inputs], groups, bits, latest, regular: groupIndex === undefined });
}

/**
 * "pack-quantized" of compressed-tensors: weight_packed (outputs, inputs · bits / 32), a word with neighboring inputs;
 * weight_scale (outputs, groups); weight_zero_point (outputs · bits / 32, groups), a word with neighboring outputs, or one
 * int8 each; weight_shape; weight_g_idx. Signed integers, stored with 2^(bits − 1) added.
 */
export function compressedTensor(packed: StoredTensor, { find, latest, shape }: PackedOptions & { shape: readonly [number, number] }): TensorSource {
  const [outputs, inputs] = shape;
  const file = packed.file.name;
  const [rows = 0, words = 0] = packed.shape;
  const bits = [4, 8].find((count) => Math.ceil((inputs * count) / 32) === words);
  const scale = find("weight_scale");
  const zeroPoint = find("weight_zero_point");
  const groupIndex = find("weight_g_idx");
  if (rows !== outputs || bits === undefined) throw corrupt(file, "weight_packed is not as large as weight_shape says, in 4 or 8 bits a value");
  if (scale?.shape[0] !== outputs || !scale.isFloat) throw corrupt(file, "weight_scale is missing, or is not that of its layer");
  const groups = scale.rowLength;
  const middle = 1 << (bits - 1);
  const load = async (): Promise<IntegerMatrix> => ({
    outputs, inputs, groups, bits,
    groupOf: groupIndex && checkedGroups(file, await groupIndex.words(), groups),
    scales: await scale.floats(),
    zeros: zeroPoint ? await compressedZeros(zeroPoint, { outputs, groups, bits }) : new Uint8Array(outputs * groups).fill(middle),
    levels: async (from, to) => {
      const values = unpackColumns(await packed.words(from, to), { bits });
      const stride = (words * 32) / bits;
      if (stride === inputs) return values;
      const levels = new Uint8Array((to - from) * inputs);
      for (let row = 0; row < to - from; row++) levels.set(values.subarray(row * stride, row * stride + inputs), row * inputs);
      return levels;
    },
  });
  return integerTensor(packed, load, { shape, groups, bits, latest, regular: groupIndex === undefined });
}

async function compressedZeros(tensor: StoredTensor, { outputs, groups, bits }: { outputs: number; groups: number; bits: number }): Promise<Uint8Array> {
  const middle = 1 << (bits - 1);
  if (tensor.dtype === "I8") return Uint8Array.from(await tensor.signedBytes(), (zero) => zero + middle);
  const perWord = 32 / bits;
  const words = await tensor.words();
  if (tensor.rowLength !== groups || words.length !== Math.ceil(outputs / perWord) * groups) throw corrupt(tensor.file.name, "weight_zero_point is not that of its layer");
  const zeros = new Uint8Array(outputs * groups);
  for (let output = 0; output < outputs; output++) {
    for (let group = 0; group < groups; group++) {
      const word = words[Math.floor(output / perWord) * groups + group] ?? 0;
      zeros[output * groups + group] = (word >>> (bits * (output % perWord))) & ((1 << bits) - 1);
    }
  }
  return zeros;
}

/** The integers of words, in the order of the words; `order` says to which of its values the bits of a word belong, from the lowest. */
function unpackColumns(words: Uint32Array, { bits, order }: { bits: number; order?: readonly number[] }): Uint8Array {
  const perWord = 32 / bits;
  const mask = (1 << bits) - 1;
  const places = order ?? Array.from({ length: perWord }, (_, index) => index);
  const values = new Uint8Array(words.length * perWord);
  for (let position = 0; position < perWord; position++) {
    const place = places[position] ?? 0;
    const shift = bits * position;
    for (let index = 0; index < words.length; index++) values[index * perWord + place] = ((words[index] ?? 0) >>> shift) & mask;
  }
  return values;
}

/** The scales and zero points of AWQ and GPTQ. @throws EngineError checkpoint_corrupt */
function groupTensors(
  qweight: StoredTensor,
  { find, outputs, inputs, bits }: { find: Find; outputs: number; inputs: number; bits: number },
): { scales: StoredTensor; qzeros: StoredTensor; groups: number } {
  const scales = find("scales");
  const qzeros = find("qzeros");
  const groups = scales?.shape[0] ?? 0;
  const scalesFit = scales?.isFloat === true && scales.rowLength === outputs && groups > 0 && groups <= inputs;
  if (!scalesFit) throw corrupt(qweight.file.name, "the scales of a packed layer are missing, or are not its own");
  const zerosFit = qzeros?.shape[0] === groups && qzeros.rowLength === (outputs * bits) / 32;
  if (!zerosFit) throw corrupt(qweight.file.name, "the zero points of a packed layer are missing, or are not its own");
  return { scales, qzeros, groups };
}
