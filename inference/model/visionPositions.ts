import type { VisionConfig } from "../checkpoint/types.ts";
import type { GridThw } from "../media/types.ts";
import type { RotaryTable } from "./rotary.ts";

/** Positions in the vision tower, for one frame: every frame of a clip has the same. */

type FrameGrid = Pick<GridThw, "h" | "w">;

const theta = 10_000;

/**
 * The rotary table of one frame, (h·w, headDim / 2): the first half of the pairs turns with the row, the second with the
 * column. transformers modeling_qwen3_vl.py `Qwen3VLVisionRotaryEmbedding`; patches in merge-block order.
 */
export function visionRotaryTable(grid: FrameGrid, mergeSize: number, headDim: number): RotaryTable {
  const pairs = headDim / 2;
  const perAxis = headDim / 4;
  const frequencies = Float32Array.from({ length: perAxis }, (_, pair) => 1 / Math.fround(theta ** Math.fround((2 * pair) / pairs)));
  const cos = new Float32Array(grid.h * grid.w * pairs);
  const sin = new Float32Array(grid.h * grid.w * pairs);
  forEachPatch(grid, mergeSize, (patch, row, column) => {
    for (let pair = 0; pair < pairs; pair += 1) {
      const position = pair < perAxis ? row : column;
      const angle = Math.fround(position * (frequencies[pair % perAxis] ?? 0));
      cos[patch * pairs + pair] = Math.cos(angle);
      sin[patch * pairs + pair] = Math.sin(angle);
    }
  });
  return { cos, sin };
}

/**
 * The learned position grid stretched over one frame, (h·w, hiddenSize): bilinear, corners aligned, patches in
 * merge-block order. transformers modeling_qwen3_vl.py `fast_pos_embed_interpolate` (4.57), vision_utils.py
 * `get_vision_interpolation_indices_and_weights` (5.x).
 *
 * @param table the learned positions, (gridSize², hiddenSize) row-major.
 */
export function positionEmbedding(
  grid: FrameGrid,
  table: Float32Array,
  { gridSize, hiddenSize, mergeSize }: Pick<VisionConfig, "gridSize" | "hiddenSize" | "mergeSize">,
): Float32Array {
  const rows = axisTaps(grid.h, gridSize);
  const columns = axisTaps(grid.w, gridSize);
  const embedding = new Float32Array(grid.h * grid.w * hiddenSize);
  forEachPatch(grid, mergeSize, (patch, row, column) => {
    for (const [y, rowWeight] of rows[row] ?? []) {
      for (const [x, columnWeight] of columns[column] ?? []) {
        const weight = Math.fround(rowWeight * columnWeight);
        if (weight === 0) continue;
        const from = (y * gridSize + x) * hiddenSize;
        const to = patch * hiddenSize;
        for (let channel = 0; channel < hiddenSize; channel += 1) {
          embedding[to + channel] = (embedding[to + channel] ?? 0) + weight * (table[from + channel] ?? 0);
        }
      }
    }
  });
  return embedding;
}

/** For each of `length` points spread over 0 … gridSize − 1, the two grid lines beside it and their weights. */
function axisTaps(length: number, gridSize: number): [line: number, weight: number][][] {
  return Array.from({ length }, (_, index) => {
    const position = Math.fround((index * (gridSize - 1)) / Math.max(length - 1, 1));
    const line = Math.floor(position);
    const fraction = Math.fround(position - line);
    return [
      [line, 1 - fraction],
      [Math.min(line + 1, gridSize - 1), fraction],
    ];
  });
}

/** Calls back for each patch in the order of the processor: merge block by merge block, within each row by row. */
function forEachPatch(grid: FrameGrid, mergeSize: number, visit: (patch: number, row: number, column: number) => void): void {
  let patch = 0;
  for (let blockRow = 0; blockRow < grid.h; blockRow += mergeSize) {
    for (let blockColumn = 0; blockColumn < grid.w; blockColumn += mergeSize) {
      for (let row = blockRow; row < blockRow + mergeSize; row += 1) {
        for (let column = blockColumn; column < blockColumn + mergeSize; column += 1) {
          visit(patch, row, column);
          patch += 1;
        }
      }
    }
  }
}
