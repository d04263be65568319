/** The tokens that are still in the running, in ascending order, and the logit of each. */
export interface Candidates {
  tokens: Int32Array;
  logits: Float32Array;
}

/** The candidates whose logit is at least the threshold. */
export function keepFrom({ tokens, logits }: Candidates, threshold: number): Candidates {
  let count = 0;
  for (const logit of logits) if (logit >= threshold) count += 1;
  const kept: Candidates = { tokens: new Int32Array(count), logits: new Float32Array(count) };
  let place = 0;
  for (let index = 0; place < count; index += 1) {
    const logit = logits[index] ?? -Infinity;
    if (logit >= threshold) {
      kept.tokens[place] = tokens[index] ?? 0;
      kept.logits[place] = logit;
      place += 1;
    }
  }
  return kept;
}

export function greatest(values: Float32Array): number {
  let best = -Infinity;
  for (const value of values) if (value > best) best = value;
  return best;
}

/** The place of the greatest value, the first of several. */
export function argmax(values: Float32Array): number {
  let place = 0;
  let best = -Infinity;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? -Infinity;
    if (value > best) {
      best = value;
      place = index;
    }
  }
  return place;
}
