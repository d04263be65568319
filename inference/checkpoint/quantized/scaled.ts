import { corrupt } from "../files.ts";
import type { StoredTensor } from "../storedTensor.ts";
import type { TensorSource } from "../tensorSource.ts";
import type { Latest } from "./integers.ts";

interface ScaledOptions {
  scale: StoredTensor;
  /** Rows and columns that share a scale, where there are several of both. */
  block: readonly [number, number];
  latest: Latest<Float32Array>;
}

/**
 * A tensor of 8-bit numbers that are multiplied by scales: one for all, one for each row, or one for each block of a
 * matrix (transformers integrations/finegrained_fp8.py: weight_scale_inv, by which, despite its name, is multiplied).
 * Stacked matrices (count, rows, columns) have stacked scales.
 */
export function scaledTensor(weight: StoredTensor, { scale, block, latest }: ScaledOptions): TensorSource {
  const { shape } = weight;
  const columns = shape.at(-1) ?? 1;
  const rowsOfMatrix = shape.at(-2) ?? 1;
  const grid = scaleGrid(weight, scale, block);
  const integers = weight.dtype === "I8";
  return {
    file: weight.file.name,
    dtype: integers ? "I8" : "F8_E4M3",
    shape,
    read: async (from, to) => {
      const values = integers ? Float32Array.from(await weight.signedBytes(from, to)) : await weight.floats(from, to);
      const scales = await latest.get(scale, () => scale.floats());
      const firstRow = (from * weight.rowLength) / columns;
      for (let row = 0; row < values.length / columns; row++) {
        const matrix = Math.floor((firstRow + row) / rowsOfMatrix);
        const gridRow = Math.floor(((firstRow + row) % rowsOfMatrix) / grid.rows);
        const start = matrix * grid.perMatrix + gridRow * grid.across;
        for (let block = 0; block < grid.across; block++) {
          const first = row * columns + block * grid.columns;
          const end = Math.min(first + grid.columns, (row + 1) * columns);
          multiply(values, scales[start + block] ?? 0, { first, end });
        }
      }
      return values;
    },
  };
}

function multiply(values: Float32Array, factor: number, { first, end }: { first: number; end: number }): void {
  for (let index = first; index < end; index++) values[index] = (values[index] ?? 0) * factor;
}

interface ScaleGrid {
  /** Of a block. */
  rows: number;
  columns: number;
  /** Scales next to each other, and of one matrix. */
  across: number;
  perMatrix: number;
}

function scaleGrid(weight: StoredTensor, scale: StoredTensor, block: readonly [number, number]): ScaleGrid {
  const [rows = 1, columns = 1] = weight.shape.slice(-2);
  const count = scale.shape.reduce((product, extent) => product * extent, 1);
  const matrices = weight.shape.slice(0, -2).reduce((product, extent) => product * extent, 1);
  const perMatrix = count / matrices;
  if (!scale.isFloat) throw corrupt(scale.file.name, `a scale is stored as ${scale.dtype}, which is not supported`);
  if (count === 1) return { rows, columns, across: 1, perMatrix: 0 };
  const grids = [block, [1, columns], [rows, columns]] as const;
  const fitting = grids.find(([high, wide]) => Math.ceil(rows / high) * Math.ceil(columns / wide) === perMatrix);
  if (!fitting) throw corrupt(scale.file.name, `the scales of a tensor of the shape ${weight.shape.join("×")} have the shape ${scale.shape.join("×")}`);
  return { rows: fitting[0], columns: fitting[1], across: Math.ceil(columns / fitting[1]), perMatrix };
}
