import type { ModelConfig } from "../checkpoint/types.ts";
import { mropePositions } from "../model/positions.ts";
import type { EncodedMedium } from "./mediaEncoder.ts";
import type { VisionFeatures } from "./visionTower.ts";

/** A run of visual tokens in the prompt, and the rows of the features that stand there. */
export interface VisualSpan {
  start: number;
  length: number;
  features: VisionFeatures;
  firstRow: number;
}

/** A prompt as the decoder takes it. */
export interface DecoderPrompt {
  tokens: readonly number[];
  /** Time, height and width position of every token: [3][tokens], row-major. */
  positions: Int32Array;
  /** The position of the first generated token, in all three dimensions; the next ones follow. */
  nextPosition: number;
  /** See `Sequence`: equal numbers, equal content. */
  identities: readonly number[];
  visual: readonly VisualSpan[];
}

/** Gives each content key a number that no token id has. */
export class ContentNumbers {
  readonly #numbers = new Map<string, number>();

  number(key: string): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const next = -1 - this.#numbers.size;
    this.#numbers.set(key, next);
    return next;
  }
}

/** Places media in the prompt: their features where their placeholder tokens are, in order. */
export function placeMedia(
  tokens: readonly number[],
  media: readonly EncodedMedium[],
  { config, contents }: { config: ModelConfig; contents: ContentNumbers },
): DecoderPrompt {
  const identities = [...tokens];
  const visual: VisualSpan[] = [];
  let place = 0;
  for (const { kind, key, features } of media) {
    const pad = kind === "image" ? config.tokens.image : config.tokens.video;
    const identity = contents.number(key);
    for (let firstRow = 0; firstRow < features.tokens; ) {
      while (place < tokens.length && tokens[place] !== pad) place++;
      const start = place;
      while (place < tokens.length && tokens[place] === pad && firstRow + place - start < features.tokens) identities[place++] = identity;
      if (place === start) throw new RangeError("the prompt has fewer placeholders than the media have tokens");
      visual.push({ start, length: place - start, features, firstRow });
      firstRow += place - start;
    }
  }
  const { positions, delta } = mropePositions(tokens, media, config);
  return { tokens, positions, nextPosition: tokens.length + delta, identities, visual };
}
