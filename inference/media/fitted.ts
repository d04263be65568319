import * as z from "zod/mini";

/** What `fitMedium` is asked for and gives; nothing here needs Node. */

/** What a clip becomes: one file that plays its frames at their rate, or a file a frame. A picture is one file in any case. */
export const fittedFormSchema = z.enum(["clip", "frames"]);
export type FittedForm = z.infer<typeof fittedFormSchema>;

export const fittedMediumSchema = z.object({
  /** In the folder that was given, in order. */
  files: z.array(z.string()).check(z.minLength(1)),
  mime: z.string(),
  /** Of a clip: frames a second, and each frame's time in the clip. */
  frames: z.optional(z.object({ rate: z.number().check(z.positive()), times: z.array(z.number()) })),
});
export type FittedMedium = z.infer<typeof fittedMediumSchema>;
