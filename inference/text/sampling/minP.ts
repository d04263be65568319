import { type Candidates, greatest, keepFrom } from "./candidates.ts";

/** Drops tokens that are less than minP times as probable as the most probable one (Nguyen et al. 2024); 0 keeps all. */
export function applyMinP(candidates: Candidates, minP: number): Candidates {
  return minP === 0 ? candidates : keepFrom(candidates, greatest(candidates.logits) + Math.log(minP));
}
