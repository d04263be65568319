import { type Candidates, greatest, keepFrom, likelihoods } from "./candidates.ts";

/**
 * Nucleus sampling (Holtzman et al. 2019): drops the least probable tokens as long as they have no more than 1 − p
 * together, as transformers `TopPLogitsWarper` does; equally probable ones stay or go together.
 */
export function applyTopP(candidates: Candidates, p: number): Candidates {
  if (p >= 1) return candidates;
  const peak = greatest(candidates.logits);
  const { total } = likelihoods(candidates.logits);
  const tail = (1 - p) * total;
  // What has less than an equal share of the tail belongs to it for sure, and need not be sorted: that is nearly everything.
  const doubtful = keepFrom(candidates, peak + Math.log(tail / candidates.logits.length)).logits.sort();
  let dropped = total - doubtful.reduce((sum, logit) => sum + Math.exp(logit - peak), 0);
  for (const logit of doubtful) {
    dropped += Math.exp(logit - peak);
    if (dropped > tail) return keepFrom(candidates, logit);
  }
  return keepFrom(candidates, peak);
}
