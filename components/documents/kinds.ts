/** What the parts of a page are called, and their colours on it. */

export type PartKind = "text" | "title" | "image" | "table" | "formula" | "chart" | "list" | "header" | "footer" | "caption" | "code" | "music" | "chemistry" | "other";

const patterns: readonly (readonly [RegExp, PartKind])[] = [
  [/^(?:h[1-6]|title|heading|section)/, "title"],
  [/caption/, "caption"],
  [/chart|graph|plot|diagram/, "chart"],
  [/^(?:img|image|figure|picture|photo|logo|icon|stamp|seal|signature|watermark|qr)/, "image"],
  [/table|^t[drh]$|tbody|thead/, "table"],
  [/formula|equation|math/, "formula"],
  [/^(?:ul|ol|li|list|dl|dt|dd)/, "list"],
  [/header|^nav/, "header"],
  [/footer|footnote|page[-_ ]?number/, "footer"],
  [/code|pre$|pseudo/, "code"],
  [/music|score/, "music"],
  [/chem|smile|molecule/, "chemistry"],
  [/^(?:p|span|div|text|paragraph|address|blockquote|b|a|strong|em)/, "text"],
];

/** The kind of a part by the name that the model gives it: a class, an element or a word. */
export function kindOf(name: string): PartKind {
  return patterns.find(([pattern]) => pattern.test(name.toLowerCase()))?.[1] ?? "other";
}

/** Whether the part is shown by a piece of the page's picture. */
export function isPictured(kind: PartKind): boolean {
  return kind === "image" || kind === "chart" || kind === "music" || kind === "chemistry";
}

/** Dark enough on paper, which most pages are, and apart from each other also for those who see fewer colours. */
export const kindColors: Record<PartKind, string> = {
  text: "#5b6470",
  title: "#1f5fbf",
  image: "#b3480f",
  table: "#0f7a53",
  formula: "#7a3fb0",
  chart: "#a3266f",
  list: "#3f6b1f",
  header: "#7a6a2a",
  footer: "#7a6a2a",
  caption: "#a35a00",
  code: "#2b6f8a",
  music: "#8a2b4e",
  chemistry: "#2b8a80",
  other: "#5b6470",
};
