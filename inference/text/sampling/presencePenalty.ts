/** Takes the same from the logit of every token that the answer already has, in place; as in OpenAI's API and vLLM. */
export function applyPresencePenalty(logits: Float32Array, counts: ReadonlyMap<number, number>, penalty: number): void {
  if (penalty === 0) return;
  for (const token of counts.keys()) {
    const logit = logits[token];
    if (logit !== undefined) logits[token] = logit - penalty;
  }
}
