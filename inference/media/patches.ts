import { EngineError } from "../errors.ts";
import type { RgbImage } from "./resample.ts";
import type { GridThw } from "./types.ts";

const channels = 3;

/** Sizes in pixels or frames, as in preprocessor_config.json. */
export interface PatchLayout {
  patchSize: number;
  temporalPatchSize: number;
  mergeSize: number;
}

/**
 * Cuts frames into the rows that the vision tower reads, one frame at a time, so that only the patches are kept.
 * Order: transformers `Qwen2VLImageProcessor._preprocess`; see `ProcessedMedium.patches`.
 */
export class PatchWriter {
  readonly grid: GridThw;
  readonly patches: Uint8Array;
  readonly #layout: PatchLayout;

  /**
   * `frames` is rounded up to whole temporal patches; width and height are multiples of patchSize × mergeSize.
   *
   * @throws EngineError context_length_exceeded when the patches would make more than `mostTokens` visual tokens.
   */
  constructor(size: { frames: number; width: number; height: number }, layout: PatchLayout, mostTokens: number) {
    this.#layout = layout;
    this.grid = {
      t: Math.ceil(size.frames / layout.temporalPatchSize),
      h: size.height / layout.patchSize,
      w: size.width / layout.patchSize,
    };
    const rows = this.grid.t * this.grid.h * this.grid.w;
    const tokens = rows / layout.mergeSize ** 2;
    if (tokens > mostTokens) throw new EngineError("context_length_exceeded", { tokens, limit: mostTokens });
    this.patches = new Uint8Array(rows * this.#rowLength);
  }

  get #rowLength(): number {
    return channels * this.#layout.temporalPatchSize * this.#layout.patchSize ** 2;
  }

  /** Writes a frame at a position that counts from 0 over all frames. */
  write(position: number, frame: RgbImage): void {
    const { patchSize, temporalPatchSize, mergeSize } = this.#layout;
    const planeLength = patchSize * patchSize;
    const time = position % temporalPatchSize;
    let row = Math.floor(position / temporalPatchSize) * this.grid.h * this.grid.w;
    for (let blockY = 0; blockY < this.grid.h; blockY += mergeSize) {
      for (let blockX = 0; blockX < this.grid.w; blockX += mergeSize) {
        for (let inBlock = 0; inBlock < mergeSize * mergeSize; inBlock++) {
          const top = (blockY + Math.floor(inBlock / mergeSize)) * patchSize;
          const left = (blockX + (inBlock % mergeSize)) * patchSize;
          const target = row * this.#rowLength + time * planeLength;
          this.#writePatch(frame, { top, left }, target);
          row++;
        }
      }
    }
  }

  /** Writes one frame into every position from `from` to the end: pictures, and a clip's last frame. */
  fill(from: number, frame: RgbImage): void {
    for (let position = from; position < this.grid.t * this.#layout.temporalPatchSize; position++) this.write(position, frame);
  }

  #writePatch(frame: RgbImage, at: { top: number; left: number }, target: number): void {
    const { patchSize, temporalPatchSize } = this.#layout;
    const channelStride = temporalPatchSize * patchSize * patchSize;
    for (let y = 0; y < patchSize; y++) {
      let source = ((at.top + y) * frame.width + at.left) * channels;
      let position = target + y * patchSize;
      for (let x = 0; x < patchSize; x++) {
        for (let channel = 0; channel < channels; channel++) {
          this.patches[position + channel * channelStride] = frame.data[source + channel] ?? 0;
        }
        source += channels;
        position++;
      }
    }
  }
}
