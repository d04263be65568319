import * as z from "zod/mini";

/** What the page and the frame of public/preview.html say to each other. */

/** Served with a policy of its own: server/http/security.ts. */
export const framePath = "/preview.html";

export type ToFrame =
  /** A page without its scripts; it can be shown again and again. */
  | { type: "show"; html: string }
  /** A page with its scripts, once: what they leave behind goes only with the frame. */
  | { type: "run"; html: string }
  /** Lights up the elements whose data-part this is; "" none. */
  | { type: "light"; part: string; scroll: boolean };

const levelSchema = z.enum(["error", "warn", "info", "log"]);

/** The frame may hold anything, so what it says is only ever shown as text. */
export const fromFrameSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("console"), level: levelSchema, text: z.string().check(z.maxLength(4000)) }),
  z.object({ type: z.literal("point"), part: z.string().check(z.maxLength(100)) }),
]);
export type FromFrame = z.infer<typeof fromFrameSchema>;

export interface ConsoleLine {
  level: z.infer<typeof levelSchema>;
  text: string;
  /** How often it was said in a row. */
  count: number;
}

/** A page can say more than anyone reads. */
const mostLines = 100;

/** The lines with one more; what is said again is counted. */
export function addLine(lines: readonly ConsoleLine[], { level, text }: Omit<ConsoleLine, "count">): readonly ConsoleLine[] {
  const last = lines.at(-1);
  if (last?.level === level && last.text === text) return [...lines.slice(0, -1), { ...last, count: last.count + 1 }];
  return [...lines.slice(-mostLines + 1), { level, text, count: 1 }];
}
