/** A few shapes as SVG text; colours and sizes as they are given, in pixels. */

export type Attributes = Readonly<Record<string, string | number>>;

const written = (attributes: Attributes) => Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`).join("");

export const rect = (x: number, y: number, width: number, height: number, fill: string, more: Attributes = {}) => `<rect${written({ x, y, width, height, fill, ...more })}/>`;
export const circle = (cx: number, cy: number, r: number, fill: string, more: Attributes = {}) => `<circle${written({ cx, cy, r, fill, ...more })}/>`;
export const ellipse = (cx: number, cy: number, rx: number, ry: number, fill: string, more: Attributes = {}) => `<ellipse${written({ cx, cy, rx, ry, fill, ...more })}/>`;
export const path = (d: string, fill: string, more: Attributes = {}) => `<path${written({ d, fill, ...more })}/>`;
export const line = (x1: number, y1: number, x2: number, y2: number, stroke: string, width: number, more: Attributes = {}) =>
  `<line${written({ x1, y1, x2, y2, stroke, "stroke-width": width, "stroke-linecap": "round", ...more })}/>`;
export const polygon = (points: readonly (readonly [number, number])[], fill: string, more: Attributes = {}) =>
  `<polygon${written({ points: points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" "), fill, ...more })}/>`;
export const group = (transform: string, ...content: readonly string[]) => `<g transform="${transform}">${content.join("")}</g>`;

export interface TextStyle {
  size: number;
  fill?: string;
  weight?: number;
  anchor?: "start" | "middle" | "end";
  family?: "sans" | "serif" | "mono";
  italic?: boolean;
  spacing?: number;
}

const families = {
  sans: "Liberation Sans, Noto Sans CJK SC, sans-serif",
  serif: "Liberation Serif, Noto Serif CJK SC, serif",
  mono: "Liberation Mono, Noto Sans Mono CJK SC, monospace",
};

export function text(x: number, y: number, content: string, { size, fill = "#1f2328", weight = 400, anchor = "start", family = "sans", italic = false, spacing = 0 }: TextStyle): string {
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const attributes = written({ x, y, fill, "font-size": size, "font-weight": weight, "text-anchor": anchor, "font-family": families[family], "letter-spacing": spacing });
  return `<text${attributes}${italic ? ' font-style="italic"' : ""}>${escaped}</text>`;
}

/** Lines of words that are about `width` wide, as a typewriter would break them; `perCharacter`: the mean width of a letter. */
export function wrap(content: string, width: number, perCharacter: number): string[] {
  const lines: string[] = [];
  for (const word of content.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && (last.length + 1 + word.length) * perCharacter <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

export function svg(width: number, height: number, ...content: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${content.join("")}</svg>`;
}
