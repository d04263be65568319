import type { ModelConfig } from "../checkpoint/types.ts";
import { EngineError } from "../errors.ts";
import type { GridThw } from "../media/types.ts";

/** What positions need to know of a picture or clip. */
export interface PositionedMedium {
  kind: "image" | "video";
  grid: GridThw;
}

/** One run of pads: a picture, or a temporal patch of a clip. */
interface PadRun {
  token: number;
  t: number;
  h: number;
  w: number;
}

/**
 * The time, height and width position of every token, and how far the next token's position lies from its index:
 * transformers modeling_qwen3_vl.py `get_rope_index`. Text advances all three together; a run of pads spans a grid
 * that begins where the text before it ended, and the text after it goes on past the grid's longest side. Each temporal
 * patch of a clip is a grid of its own, because its time is written out before it.
 *
 * @param tokens the prompt, placeholders expanded; its pad tokens are those of `media`, in order.
 * @returns positions (3, n) row-major; delta, which is added to the index of every later token.
 * @throws EngineError invalid_request when pads and media do not agree.
 */
export function mropePositions(
  tokens: readonly number[],
  media: readonly PositionedMedium[],
  config: ModelConfig,
): { positions: Int32Array; delta: number } {
  const length = tokens.length;
  const positions = new Int32Array(3 * length);
  const runs = padRuns(media, config);
  let next = 0;
  let index = 0;
  while (index < length) {
    const token = tokens[index];
    if (token !== config.tokens.image && token !== config.tokens.video) {
      for (let axis = 0; axis < 3; axis += 1) positions[axis * length + index] = next;
      next += 1;
      index += 1;
      continue;
    }
    const run = runs.next();
    if (run.done) throw disagreement();
    const { t, h, w } = run.value;
    for (let cell = 0; cell < t * h * w; cell += 1, index += 1) {
      if (tokens[index] !== run.value.token) throw disagreement();
      positions[index] = next + Math.floor(cell / (h * w));
      positions[length + index] = next + (Math.floor(cell / w) % h);
      positions[2 * length + index] = next + (cell % w);
    }
    next += Math.max(h, w);
  }
  if (!runs.next().done) throw disagreement();
  return { positions, delta: next - length };
}

function* padRuns(media: readonly PositionedMedium[], config: ModelConfig): Generator<PadRun, undefined> {
  const { mergeSize } = config.vision;
  for (const { kind, grid } of media) {
    const h = grid.h / mergeSize;
    const w = grid.w / mergeSize;
    switch (kind) {
      case "image":
        yield { token: config.tokens.image, t: grid.t, h, w };
        break;
      case "video":
        for (let frame = 0; frame < grid.t; frame += 1) yield { token: config.tokens.video, t: 1, h, w };
        break;
    }
  }
  return undefined;
}

function disagreement(): EngineError {
  return new EngineError("invalid_request", { reason: "the placeholders of the prompt are not those of its media" });
}
