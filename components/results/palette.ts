/**
 * Colours of classes. Each is dark enough for white words on it (4.5:1 or more), and lines of it have a white edge, so that they
 * can be seen on any picture and in both themes.
 */
export const palette = [
  "#d0103a", "#0b62c4", "#0a7a3c", "#a84300", "#8127c4", "#00757f", "#c01488", "#6a5f00", "#4450d8", "#93392b", "#3d6d0c", "#7d4b9a",
] as const;

export const edgeColor = "#ffffff";

/** Of the n-th class, in the order in which the answer names them: it keeps its colour while the answer grows. */
export function classColor(index: number): string {
  return palette[index % palette.length] ?? palette[0];
}
