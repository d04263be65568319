import { classColor } from "../results/palette.ts";

/** A colour of its own for each name, in the order in which the answer brings them. */
export function colorsOf(labels: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...new Set(labels)].map((label, index) => [label, classColor(index)]));
}
