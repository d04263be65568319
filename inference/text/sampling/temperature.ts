import { greatest } from "./candidates.ts";

/**
 * Divides the logits by a temperature above zero, in place: below 1 the distribution sharpens, above 1 it flattens.
 * The greatest becomes zero first, which changes no probability and keeps tiny temperatures from overflowing.
 */
export function applyTemperature(logits: Float32Array, temperature: number): void {
  const peak = greatest(logits);
  for (let index = 0; index < logits.length; index += 1) logits[index] = ((logits[index] ?? 0) - peak) / temperature;
}
