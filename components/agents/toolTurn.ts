import * as z from "zod/mini";

/** What makes a question the response of a tool: its one picture is the region that the answer before it asked for. */
export const toolTurnSchema = z.object({
  name: z.literal("zoom"),
  label: z.string(),
  /** Relative to the sides of the picture that it was cut from, 0 to 1. */
  box: z.object({ x1: z.number(), y1: z.number(), x2: z.number(), y2: z.number() }),
  /** The upload it was cut from. */
  source: z.string(),
});
export type ToolTurn = z.infer<typeof toolTurnSchema>;
