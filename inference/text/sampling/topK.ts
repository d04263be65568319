import { type Candidates, keepFrom } from "./candidates.ts";

/** Keeps the k most probable tokens and those that equal the last of them; 0 keeps all. transformers `TopKLogitsWarper`. */
export function applyTopK(candidates: Candidates, k: number): Candidates {
  return k === 0 || k >= candidates.logits.length ? candidates : keepFrom(candidates, kthGreatest(candidates.logits, k));
}

/** The k-th greatest value, 1 ≤ k ≤ length. Collects what may be among the k greatest, and whenever 2k are together sorts out the lesser half: one cheap pass. */
export function kthGreatest(values: Float32Array, k: number): number {
  if (2 * k >= values.length) return select(values.slice(), k);
  const collected = values.slice(0, 2 * k);
  let least = select(collected, k);
  let count = k;
  for (let index = 2 * k; index < values.length; index += 1) {
    const value = values[index] ?? -Infinity;
    if (value <= least) continue;
    collected[count] = value;
    count += 1;
    if (count === collected.length) {
      least = select(collected, k);
      count = k;
    }
  }
  return select(collected.subarray(0, count), k);
}

/** Quickselect (Hoare 1961): brings the k greatest values to the front and returns the k-th. */
function select(values: Float32Array, k: number): number {
  const wanted = k - 1;
  let from = 0;
  let to = values.length - 1;
  while (from < to) {
    const pivot = values[(from + to) >> 1] ?? 0;
    let left = from;
    let right = to;
    while (left <= right) {
      while ((values[left] ?? 0) > pivot) left += 1;
      while ((values[right] ?? 0) < pivot) right -= 1;
      if (left > right) break;
      const value = values[left] ?? 0;
      values[left] = values[right] ?? 0;
      values[right] = value;
      left += 1;
      right -= 1;
    }
    if (wanted <= right) to = right;
    else if (wanted >= left) from = left;
    else break;
  }
  return values[wanted] ?? -Infinity;
}
