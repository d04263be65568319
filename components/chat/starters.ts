import type { Locale } from "../i18n/locale.ts";

/** What the empty page offers to try. The pictures are drawn by scripts/drawExamples.ts; the questions are in the language files. */
export interface Starter {
  question: "list" | "count" | "color" | "which" | "shape";
  /** Below /examples. */
  pictures: readonly [string, ...string[]];
  /** Where the embedded model knows the question in one language only. */
  only?: Locale;
}

const starters: readonly Starter[] = [
  { question: "list", pictures: ["circle-and-square.png"] },
  { question: "count", pictures: ["four-shapes.png"] },
  { question: "color", pictures: ["star-and-heart.png"] },
  { question: "which", pictures: ["circle-and-square.png", "star-and-heart.png"], only: "en" },
  { question: "shape", pictures: ["star-and-heart.png"], only: "zh" },
];

export function startersFor(locale: Locale): readonly Starter[] {
  return starters.filter(({ only }) => only === undefined || only === locale);
}

export const pictureUrl = (picture: string): string => `/examples/${picture}`;
