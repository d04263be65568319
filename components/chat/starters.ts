/** What the empty page offers to try. The pictures are drawn by scripts/drawExamples.ts; the questions are in the language files. */
export interface Starter {
  question: "describe" | "count" | "color" | "compare";
  /** Below /examples. */
  pictures: readonly [string, ...string[]];
}

export const starters: readonly Starter[] = [
  { question: "describe", pictures: ["circle-and-square.png"] },
  { question: "count", pictures: ["four-shapes.png"] },
  { question: "color", pictures: ["star-and-heart.png"] },
  { question: "compare", pictures: ["triangle-left.png", "triangle-right.png"] },
];

export const pictureUrl = (picture: string): string => `/examples/${picture}`;
