import { z } from "zod";

const variantSchema = z.object({
  /** How ours ran: a dtype, or what else makes a difference. */
  name: z.string(),
  value: z.number(),
  /** How many times faster ours is, or for memory and times its share of the other's; the median of the rounds' ratios. */
  ratio: z.number().optional(),
});
export type Variant = z.infer<typeof variantSchema>;

/** A line of the table: some work, done by ours in one or more variants, and by another or in another way. */
export const rowSchema = z.object({
  work: z.string(),
  unit: z.string(),
  /** Undefined where the bar is a figure. */
  against: z.string().optional(),
  /** Undefined also where the other is not installed. */
  theirs: z.number().optional(),
  ours: z.array(variantSchema),
  /** What the ratio, or where there is no other the value itself, must reach. */
  bar: z.object({ kind: z.enum(["least", "most"]), limit: z.number() }).optional(),
});
export type Row = z.infer<typeof rowSchema>;

/** Whether a variant reaches the bar; undefined where there is none, or nothing to compare with. */
export function reaches({ ratio, value }: Variant, { bar, against }: Row): boolean | undefined {
  const reached = against === undefined ? value : ratio;
  if (!bar || reached === undefined) return undefined;
  return bar.kind === "least" ? reached >= bar.limit : reached <= bar.limit;
}
