import type { ModelConfig } from "../checkpoint/types.ts";
import type { ProcessedMedium } from "../media/types.ts";
import { deepstackOutput, spansInput } from "../model/visionGraph.ts";
import { positionEmbedding, visionRotaryTable } from "../model/visionPositions.ts";
import type { Runtime, Session } from "../runtime/index.ts";

/** What the vision tower sees in one medium: rows of `width` values, one a visual token, in the order of the prompt. */
export interface VisionFeatures {
  tokens: number;
  width: number;
  embeddings: Float32Array;
  /** One for each DeepStack layer, shaped like `embeddings`. */
  deepstack: readonly Float32Array[];
}

export interface VisionBounds {
  /** Patches in one run; bounds the memory of a long clip. A single frame may have more. */
  patchesPerRun: number;
  /** Pairs of a patch and one that it sees that one operator computes: what two cores do in one to two seconds. */
  pairsPerSpan: number;
}

export const visionBounds: VisionBounds = { patchesPerRun: 4096, pairsPerSpan: 2 ** 26 };

/** How many spans of equal length a frame is divided into (see `buildVisionGraph`): as few as keep within the bounds. */
export function spansOf(patches: number, { patchesPerRun, pairsPerSpan }: VisionBounds): number {
  const least = patches <= patchesPerRun ? 1 : Math.ceil(patches ** 2 / pairsPerSpan);
  for (let spans = least; spans < patches; spans++) if (patches % spans === 0) return spans;
  return patches;
}

/** Runs the vision graph over pictures and clips, a bounded number of frames at a time. */
export class VisionTower {
  readonly #runtime: Runtime;
  readonly #session: Session;
  readonly #config: ModelConfig;
  readonly #positionTable: Float32Array;
  readonly #takesSpans: boolean;

  readonly #bounds: VisionBounds;

  constructor(runtime: Runtime, session: Session, model: { config: ModelConfig; positionTable: Float32Array; bounds?: VisionBounds }) {
    this.#runtime = runtime;
    this.#session = session;
    this.#config = model.config;
    this.#positionTable = model.positionTable;
    this.#bounds = model.bounds ?? visionBounds;
    this.#takesSpans = session.inputNames.includes(spansInput);
  }

  /** How many visual tokens a grid of patches becomes. */
  tokensOf({ t, h, w }: ProcessedMedium["grid"]): number {
    return (t * h * w) / this.#config.vision.mergeSize ** 2;
  }

  /** @throws the signal's reason when aborted, also in the middle of a frame */
  async encode(medium: ProcessedMedium, signal?: AbortSignal, onProgress?: (frames: number, total: number) => void): Promise<VisionFeatures> {
    const { vision } = this.#config;
    const { grid, patches } = medium;
    const patchesPerFrame = grid.h * grid.w;
    const tokensPerFrame = patchesPerFrame / vision.mergeSize ** 2;
    const patchValues = patches.length / (grid.t * patchesPerFrame);
    const width = vision.outputSize;
    const embeddings = new Float32Array(grid.t * tokensPerFrame * width);
    const deepstack = vision.deepstackLayers.map(() => new Float32Array(embeddings.length));

    const rotary = visionRotaryTable(grid, vision.mergeSize, vision.hiddenSize / vision.heads);
    const positions = positionEmbedding(grid, this.#positionTable, vision);
    const halfHead = vision.hiddenSize / vision.heads / 2;
    const spans = this.#takesSpans ? spansOf(patchesPerFrame, this.#bounds) : 1;
    const span = patchesPerFrame / spans;
    using cos = this.#runtime.createTensor("float32", [spans, span, halfHead], rotary.cos);
    using sin = this.#runtime.createTensor("float32", [spans, span, halfHead], rotary.sin);
    using shape = this.#runtime.createTensor("int64", [4]);
    using position = this.#runtime.createTensor("float32", [patchesPerFrame, vision.hiddenSize], positions);
    using binding = this.#session.createBinding();
    binding.bindInput("cos", cos);
    binding.bindInput("sin", sin);
    binding.bindInput("position_embedding", position);
    if (this.#takesSpans) binding.bindInput(spansInput, shape);

    const framesPerRun = Math.max(1, Math.floor(this.#bounds.patchesPerRun / patchesPerFrame));
    for (let frame = 0; frame < grid.t; frame += framesPerRun) {
      const frames = Math.min(framesPerRun, grid.t - frame);
      const frameValues = patchesPerFrame * patchValues;
      using input = this.#runtime.createTensor("uint8", [frames, patchesPerFrame, patchValues], patches.subarray(frame * frameValues, (frame + frames) * frameValues));
      binding.bindInput("patches", input);
      shape.data.set([spans, frames, span, vision.hiddenSize].map(BigInt));
      const targets = [embeddings, ...deepstack];
      const outputs = targets.map((_, index) => {
        const output = this.#runtime.createTensor("float32", [frames, tokensPerFrame, width]);
        binding.bindOutput(index === 0 ? "features" : deepstackOutput(index - 1), output);
        return output;
      });
      try {
        await binding.run(signal);
        targets.forEach((target, index) => target.set(outputs[index]?.data ?? [], frame * tokensPerFrame * width));
      } finally {
        for (const output of outputs) output[Symbol.dispose]();
      }
      onProgress?.(frame + frames, grid.t);
    }
    return { tokens: grid.t * tokensPerFrame, width, embeddings, deepstack };
  }
}
