import type { ConversationSettings } from "./settings.ts";

type Sampling = ConversationSettings["sampling"];
type Tokens = ConversationSettings["pictureTokens"];

/** How the next token is chosen, as the README of Qwen3-VL advises for its two kinds; the seed stays as it is. */
export const samplingPresets = {
  checkpoint: {},
  instruct: { temperature: 0.7, top_p: 0.8, top_k: 20, presence_penalty: 1.5 },
  thinking: { temperature: 0.6, top_p: 0.95, top_k: 20, presence_penalty: 0 },
  greedy: { greedy: true },
} as const satisfies Record<string, Sampling>;
export type SamplingPreset = keyof typeof samplingPresets;

/** Visual tokens of a picture, and what they are good for. */
export const picturePresets = {
  usual: {},
  fast: { max: 256 },
  reading: { min: 1024, max: 2048 },
  most: { max: 16_384 },
} as const satisfies Record<string, Tokens>;
export type PicturePreset = keyof typeof picturePresets;

/** The name of what is set, or undefined where somebody chose for themselves. */
export function samplingPresetOf(sampling: Sampling): SamplingPreset | undefined {
  return nameOf(samplingPresets, { ...sampling, seed: undefined });
}

export function picturePresetOf(tokens: Tokens): PicturePreset | undefined {
  return nameOf(picturePresets, tokens);
}

export function withSamplingPreset({ seed }: Sampling, preset: SamplingPreset): Sampling {
  return { ...samplingPresets[preset], ...(seed !== undefined && { seed }) };
}

function nameOf<Name extends string>(presets: Readonly<Record<Name, object>>, chosen: object): Name | undefined {
  for (const name in presets) if (isSame(presets[name], chosen)) return name;
  return undefined;
}

/** What is undefined counts as left out, and `greedy: false` as well. */
function isSame(a: object, b: object): boolean {
  const entries = (value: object) => Object.entries(value).filter(([, it]: [string, unknown]) => it !== undefined && it !== false);
  const [left, right] = [entries(a), new Map<string, unknown>(entries(b))];
  return left.length === right.size && left.every(([key, value]: [string, unknown]) => right.get(key) === value);
}
