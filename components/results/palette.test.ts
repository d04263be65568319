import { expect, test } from "vitest";
import { edgeColor, palette } from "./palette.ts";

/** Relative luminance (WCAG 2.2). */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test("white words can be read on every colour, and all colours differ", () => {
  for (const color of palette) expect((luminance(edgeColor) + 0.05) / (luminance(color) + 0.05), color).toBeGreaterThanOrEqual(4.5);
  expect(new Set(palette).size).toBe(palette.length);
});
