import type { RopeConfig, YarnScaling } from "../checkpoint/types.ts";

/** Cosines and sines, one row per token: (length, headDim / 2) row-major. */
export interface RotaryTable {
  cos: Float32Array;
  sin: Float32Array;
}

/**
 * The rotary table of the decoder with Interleaved-MRoPE: frequency pair i turns with the height position where
 * i mod 3 is 1, with the width position where it is 2, as far as mropeSection gives them pairs, and with time elsewhere.
 * transformers modeling_qwen3_vl.py `Qwen3VLTextRotaryEmbedding`; rounded to float32 at the same steps.
 *
 * @param positions (3, length) row-major.
 */
export function rotaryTable(positions: Int32Array, length: number, rope: RopeConfig, headDim: number): RotaryTable {
  const pairs = headDim / 2;
  const frequencies = inverseFrequencies(rope, headDim);
  const axes = Uint8Array.from({ length: pairs }, (_, pair) => axisOf(pair, rope.mropeSection));
  const factor = Math.fround(rope.scaling.type === "yarn" ? rope.scaling.attentionFactor : 1);
  const cos = new Float32Array(length * pairs);
  const sin = new Float32Array(length * pairs);
  for (let token = 0; token < length; token += 1) {
    for (let pair = 0; pair < pairs; pair += 1) {
      const position = positions[(axes[pair] ?? 0) * length + token] ?? 0;
      const angle = Math.fround(position * (frequencies[pair] ?? 0));
      cos[token * pairs + pair] = Math.fround(Math.cos(angle)) * factor;
      sin[token * pairs + pair] = Math.fround(Math.sin(angle)) * factor;
    }
  }
  return { cos, sin };
}

/** 0 time, 1 height, 2 width. */
function axisOf(pair: number, mropeSection: RopeConfig["mropeSection"]): number {
  const axis = pair % 3;
  return pair < 3 * (mropeSection[axis] ?? 0) ? axis : 0;
}

function inverseFrequencies(rope: RopeConfig, headDim: number): Float32Array {
  const wavelengths = Float32Array.from({ length: headDim / 2 }, (_, pair) => rope.theta ** Math.fround((2 * pair) / headDim));
  switch (rope.scaling.type) {
    case "default":
      return wavelengths.map((wavelength) => 1 / wavelength);
    case "yarn":
      return yarnFrequencies(wavelengths, rope.theta, rope.scaling);
  }
}

/**
 * YaRN (Peng et al. 2023, https://arxiv.org/abs/2309.00071): pairs that turn often within the original context keep
 * their frequency, those that turn little are slowed by `factor`, with a linear ramp between.
 * transformers modeling_rope_utils.py `_compute_yarn_parameters`.
 */
function yarnFrequencies(wavelengths: Float32Array, theta: number, scaling: YarnScaling): Float32Array {
  const dimensions = 2 * wavelengths.length;
  const dimensionOf = (rotations: number) =>
    (dimensions * Math.log(scaling.originalContext / (rotations * 2 * Math.PI))) / (2 * Math.log(theta));
  const first = dimensionOf(scaling.betaFast);
  const last = dimensionOf(scaling.betaSlow);
  const low = Math.max(scaling.truncate ? Math.floor(first) : first, 0);
  const high = Math.min(scaling.truncate ? Math.ceil(last) : last, dimensions - 1);
  const span = low === high ? 0.001 : high - low;
  return wavelengths.map((wavelength, pair) => {
    const slowed = Math.fround(Math.min(Math.max((pair - low) / span, 0), 1));
    return Math.fround(1 / (scaling.factor * wavelength)) * slowed + Math.fround(1 / wavelength) * (1 - slowed);
  });
}
