import { renderUnicodeCompact } from "uqr";

/** A QR code for the console, by lines; dark modules are the dark ones on a dark console too. */
export function qrLines(text: string): string[] {
  return renderUnicodeCompact(text, { border: 2 }).split("\n").map((line) => `  ${line}`);
}
