/**
 * Makes tokens that occurred less probable, in place: a positive logit is divided by the penalty, a negative one
 * multiplied. CTRL (Keskar et al. 2019), transformers `RepetitionPenaltyLogitsProcessor`.
 *
 * @param seen the tokens of the prompt and of the answer so far.
 */
export function applyRepetitionPenalty(logits: Float32Array, seen: Iterable<number>, penalty: number): void {
  if (penalty === 1) return;
  for (const token of seen) {
    const logit = logits[token];
    if (logit !== undefined) logits[token] = logit > 0 ? logit / penalty : logit * penalty;
  }
}
