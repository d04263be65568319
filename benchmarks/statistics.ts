/** The middle value, or the mean of the two middle ones. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const below = sorted[Math.floor((sorted.length - 1) / 2)];
  const above = sorted[Math.ceil((sorted.length - 1) / 2)];
  return below === undefined || above === undefined ? NaN : (below + above) / 2;
}

/** The median of the quotients of values that were measured one after the other: drifts of the machine cancel out. */
export function medianRatio(numerators: readonly number[], denominators: readonly number[]): number {
  if (numerators.length !== denominators.length) throw new RangeError("ratios of rounds need as many values on both sides");
  return median(numerators.map((value, round) => value / (denominators[round] ?? NaN)));
}
