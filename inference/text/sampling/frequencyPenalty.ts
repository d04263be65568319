/** Takes from a token's logit for each time that the answer already has it, in place; as in OpenAI's API and vLLM. */
export function applyFrequencyPenalty(logits: Float32Array, counts: ReadonlyMap<number, number>, penalty: number): void {
  if (penalty === 0) return;
  for (const [token, count] of counts) {
    const logit = logits[token];
    if (logit !== undefined) logits[token] = logit - count * penalty;
  }
}
