/** Token ids of a prompt that means nothing; longer ones begin with the shorter ones. */
export function promptTokens(count: number): number[] {
  return Array.from({ length: count }, (_, index) => 10 + ((index * 7919) % 1900));
}

/** The most probable token. */
export function greedyToken(logits: Float32Array): number {
  let best = 0;
  let highest = -Infinity;
  for (let token = 0; token < logits.length; token++) {
    const value = logits[token] ?? -Infinity;
    if (value > highest) [best, highest] = [token, value];
  }
  return best;
}
