/**
 * The graphs of a model, which share their weights and differ in the products of floating-point matrices: for the CPU; for
 * a GPU; and for one that has shaders in half precision, where fp16 weights are multiplied as they are stored.
 */
export const graphKinds = ["cpu", "gpu", "gpu-half"] as const;
export type GraphKind = (typeof graphKinds)[number];

/** The kind for where a graph is to run. */
export function graphKindFor({ device, halfPrecision }: { device: string; halfPrecision: boolean }): GraphKind {
  if (device === "cpu") return "cpu";
  return halfPrecision ? "gpu-half" : "gpu";
}
