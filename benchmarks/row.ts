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
  theirs: z.number().optional(),
  ours: z.array(variantSchema),
  /** What the ratio, or where there is no other the value itself, must reach. */
  bar: z.object({ kind: z.enum(["least", "most"]), limit: z.number() }).optional(),
});
export type Row = z.infer<typeof rowSchema>;

/** Whether a variant reaches the bar; undefined where there is none. */
export function reaches({ ratio, value }: Variant, { bar }: Row): boolean | undefined {
  if (!bar) return undefined;
  const reached = ratio ?? value;
  return bar.kind === "least" ? reached >= bar.limit : reached <= bar.limit;
}
