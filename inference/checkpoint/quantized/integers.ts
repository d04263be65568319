import { corrupt } from "../files.ts";
import type { StoredTensor } from "../storedTensor.ts";
import type { TensorSource } from "../tensorSource.ts";
import type { BlockRows } from "../types.ts";

/** A matrix (outputs, inputs) of small integers with scales and zero points for groups of inputs. */
export interface IntegerMatrix {
  outputs: number;
  inputs: number;
  groups: number;
  bits: number;
  /** The group of each input; undefined when groups are neighbors of equal number. */
  groupOf: Uint32Array | undefined;
  /** (outputs, groups). */
  scales: Float32Array;
  /** (outputs, groups). */
  zeros: Uint8Array;
  /** (to − from, inputs), a byte each. */
  levels(from: number, to: number): Promise<Uint8Array>;
}

/** Remembers the last of several things that take long to load: a matrix is read in parts, one matrix after the other. */
export class Latest<T> {
  #key: unknown;
  #value: Promise<T> | undefined;

  get(key: unknown, load: () => Promise<T>): Promise<T> {
    if (this.#value === undefined || this.#key !== key) {
      this.#key = key;
      this.#value = load();
    }
    return this.#value;
  }
}

interface IntegerTensorOptions {
  shape: readonly [outputs: number, inputs: number];
  groups: number;
  bits: number;
  latest: Latest<IntegerMatrix>;
  /** Whether groups are known to be neighbors, without a look at the file. */
  regular: boolean;
}

/** A matrix of integers as a tensor of the model. */
export function integerTensor(stored: StoredTensor, load: () => Promise<IntegerMatrix>, { shape, groups, bits, latest, regular }: IntegerTensorOptions): TensorSource {
  const [, inputs] = shape;
  const matrix = () => latest.get(stored, load);
  const block = inputs / groups;
  const fits = regular && bits === 4 && Number.isInteger(block) && block >= 16 && Number.isInteger(Math.log2(block));
  return {
    file: stored.file.name,
    dtype: bits === 4 ? "I4" : "I8",
    shape,
    read: async (from, to) => dequantize(await matrix(), from, to),
    ...(fits ? { blocks: { block, read: async (from, to) => blockRows(await matrix(), from, to) } } : {}),
  };
}

async function dequantize(matrix: IntegerMatrix, from: number, to: number): Promise<Float32Array<ArrayBuffer>> {
  const { inputs, groups, scales, zeros } = matrix;
  const levels = await matrix.levels(from, to);
  const groupOf = matrix.groupOf ?? neighborGroups(inputs, groups);
  const target = new Float32Array((to - from) * inputs);
  for (let row = 0; row < to - from; row++) {
    const first = (from + row) * groups;
    for (let input = 0; input < inputs; input++) {
      const group = first + (groupOf[input] ?? 0);
      const index = row * inputs + input;
      target[index] = ((levels[index] ?? 0) - (zeros[group] ?? 0)) * (scales[group] ?? 0);
    }
  }
  return target;
}

async function blockRows(matrix: IntegerMatrix, from: number, to: number): Promise<BlockRows> {
  const { groups, scales, zeros } = matrix;
  return { levels: await matrix.levels(from, to), scales: scales.slice(from * groups, to * groups), zeros: zeros.slice(from * groups, to * groups) };
}

function neighborGroups(inputs: number, groups: number): Uint32Array {
  const size = Math.ceil(inputs / groups);
  return Uint32Array.from({ length: inputs }, (_, input) => Math.floor(input / size));
}

/** The group of each input, or undefined when it is the plain division; @throws EngineError checkpoint_corrupt */
export function checkedGroups(file: string, groupOf: Uint32Array, groups: number): Uint32Array | undefined {
  if (groupOf.some((group) => group >= groups)) throw corrupt(file, "g_idx names a group that is not there");
  const plain = neighborGroups(groupOf.length, groups);
  return groupOf.every((group, input) => group === plain[input]) ? undefined : groupOf;
}

/** (rows, columns) → (columns, rows). */
export function transposed<T extends Float32Array | Uint8Array>(values: T, columns: number, target: T): T {
  const rows = values.length / columns;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) target[column * rows + row] = values[row * columns + column] ?? 0;
  }
  return target;
}
