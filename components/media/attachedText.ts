import * as z from "zod/mini";

/** A long text that is attached rather than written: it is shown as a card and sent as words before the message. */
export const attachedTextSchema = z.object({ name: z.string(), text: z.string() });
export type AttachedText = z.infer<typeof attachedTextSchema>;

/** The words of a message with its attached texts, as the model reads them. */
export function joinTexts(texts: readonly AttachedText[] | undefined, message: string): string {
  return [...(texts ?? []).map(({ text }) => text), message].filter((text) => text !== "").join("\n\n");
}
