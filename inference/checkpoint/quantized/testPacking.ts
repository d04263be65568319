import { float32ToFloat16 } from "../convert.ts";
import { referenceTensors, type TestTensor } from "./testCheckpoint.ts";

/** For tests: matrices as integers, and packed as the formats are described, value by value. */

export const group = 32;
export const layerNames = /^model\.language_model\.layers\.\d+\.(self_attn|mlp)\.\w+_proj\.weight$/;

/** A matrix as integers 0 … 15 with scales and zero points for groups, by the plain rule of their range, and what they stand for. */
export interface Levels {
  outputs: number;
  inputs: number;
  groups: number;
  level: (output: number, input: number) => number;
  zero: (output: number, group: number) => number;
  scale: (output: number, group: number) => number;
  values: Float32Array;
}

/** The group of an input. */
export type Grouping = (input: number, groups: number) => number;
export const neighbors: Grouping = (input) => Math.floor(input / group);
export const interleaved: Grouping = (input, groups) => (input * 7 + (input >> 3)) % groups;

export function quantize({ shape, data }: TestTensor, { grouping = neighbors, symmetric = false } = {}): Levels {
  const [outputs = 0, inputs = 0] = shape;
  const groups = inputs / group;
  const groupOf = (input: number) => grouping(input, groups);
  const weights = data as Float32Array;
  const ranges = Array.from({ length: outputs * groups }, () => ({ low: 0, high: 0 }));
  const at = (output: number, input: number) => ranges[output * groups + groupOf(input)] ?? { low: 0, high: 0 };
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      const range = at(output, input);
      const weight = weights[output * inputs + input] ?? 0;
      range.low = Math.min(range.low, weight);
      range.high = Math.max(range.high, weight);
    }
  }
  const halves = float32ToFloat16(Float32Array.from(ranges, ({ low, high }) => (symmetric ? Math.max(-low, high) / 7 : (high - low) / 14)));
  const scales = new Float32Array(halves.length);
  scales.forEach((_, index) => (scales[index] = halfToNumber(halves[index] ?? 0)));
  const zeros = ranges.map(({ low }, index) => (symmetric ? 8 : Math.min(15, Math.max(1, Math.round(-low / (scales[index] ?? 1))))));
  const levels = new Uint8Array(outputs * inputs);
  const values = new Float32Array(levels.length);
  for (let index = 0; index < levels.length; index++) {
    const place = Math.floor(index / inputs) * groups + groupOf(index % inputs);
    const [scale, zero] = [scales[place] ?? 1, zeros[place] ?? 0];
    const level = Math.min(15, Math.max(0, Math.round((weights[index] ?? 0) / scale) + zero));
    levels[index] = level;
    values[index] = (level - zero) * scale;
  }
  return {
    outputs, inputs, groups, values,
    level: (output, input) => levels[output * inputs + input] ?? 0,
    zero: (output, index) => zeros[output * groups + index] ?? 0,
    scale: (output, index) => scales[output * groups + index] ?? 0,
  };
}

function halfToNumber(half: number): number {
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  return exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** (rows, columns) of int32 words, each of eight values; `value` says which value lies at a place of a word. */
function words(rows: number, columns: number, value: (row: number, column: number, place: number) => number): TestTensor {
  const data = new Int32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let place = 0; place < 8; place++) data[row * columns + column] = (data[row * columns + column] ?? 0) | (value(row, column, place) << (4 * place));
    }
  }
  return { dtype: "I32", shape: [rows, columns], data };
}

export function halves(rows: number, columns: number, value: (row: number, column: number) => number): TestTensor {
  const data = float32ToFloat16(Float32Array.from({ length: rows * columns }, (_, index) => value(Math.floor(index / columns), index % columns)));
  return { dtype: "F16", shape: [rows, columns], data };
}

export function awq({ outputs, inputs, groups, level, zero, scale }: Levels): Record<string, TestTensor> {
  const order = [0, 2, 4, 6, 1, 3, 5, 7];
  const output = (word: number, place: number) => word * 8 + (order[place] ?? 0);
  return {
    qweight: words(inputs, outputs / 8, (input, word, place) => level(output(word, place), input)),
    qzeros: words(groups, outputs / 8, (index, word, place) => zero(output(word, place), index)),
    scales: halves(groups, outputs, (index, column) => scale(column, index)),
  };
}

export function gptq({ outputs, inputs, groups, level, zero, scale }: Levels, { version = 1, groupIndex }: { version?: number; groupIndex?: Int32Array } = {}): Record<string, TestTensor> {
  return {
    qweight: words(inputs / 8, outputs, (word, output, place) => level(output, word * 8 + place)),
    qzeros: words(groups, outputs / 8, (index, word, place) => (zero(word * 8 + place, index) - (version === 1 ? 1 : 0)) & 15),
    scales: halves(groups, outputs, (index, column) => scale(column, index)),
    ...(groupIndex ? { g_idx: { dtype: "I32", shape: [inputs], data: groupIndex } } : {}),
  };
}

export function compressed({ outputs, inputs, groups, level, zero, scale }: Levels, symmetric: boolean): Record<string, TestTensor> {
  return {
    weight_packed: words(outputs, inputs / 8, (output, word, place) => level(output, word * 8 + place)),
    weight_scale: halves(outputs, groups, scale),
    weight_shape: { dtype: "I64", shape: [2], data: BigInt64Array.of(BigInt(outputs), BigInt(inputs)) },
    ...(symmetric ? {} : { weight_zero_point: words(outputs / 8, groups, (word, index, place) => zero(word * 8 + place, index)) }),
  };
}

/** Replaces the linear layers of the language model; what each then stands for. */
export async function packed(pack: (levels: Levels) => Record<string, TestTensor>, options: Parameters<typeof quantize>[1] = {}) {
  const tensors = await referenceTensors("dense");
  const expected = new Map<string, Float32Array>();
  for (const [name, tensor] of [...tensors]) {
    if (!layerNames.test(name)) continue;
    const levels = quantize(tensor, options);
    expected.set(name, levels.values);
    tensors.delete(name);
    for (const [suffix, part] of Object.entries(pack(levels))) tensors.set(name.replace(/weight$/, suffix), part);
  }
  return { tensors, expected };
}
