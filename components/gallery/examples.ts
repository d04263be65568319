import type { Messages } from "../i18n/en.ts";
import type { Locale } from "../i18n/locale.ts";
import type { ConversationSettings } from "../settings/settings.ts";
import { computerAgentPrompt, mobileAgentPrompt } from "./agentPrompts.ts";

/** The gallery: an example for each task of the published cookbooks, and some for the embedded model. The texts are in the language files. */

export type Category = keyof Messages["gallery"]["categories"];
export type ExampleId = keyof Messages["gallery"]["examples"];

export interface Example {
  id: ExampleId;
  category: Category;
  /** Below /public; drawn by scripts/drawGallery.ts and scripts/drawExamples.ts. */
  media: readonly [string, ...string[]];
  /** What it wants instead of the reader's settings. */
  settings?: Partial<ConversationSettings>;
  /** The embedded model can answer it, in these languages. */
  demo?: readonly Locale[];
}

/** Pictures whose small things matter: the budget that grounding and reading want. */
const fine: Partial<ConversationSettings> = { pictureTokens: { min: 1024, max: 2048 } };
const reading: Partial<ConversationSettings> = { pictureTokens: { min: 1024, max: 4096 }, maxNewTokens: 8192 };
const gallery = (name: string) => `/gallery/${name}`;
const shapes = (name: string) => `/examples/${name}`;

export const examples: readonly Example[] = [
  { id: "list", category: "shapes", media: [shapes("circle-and-square.png")], demo: ["en", "zh"] },
  { id: "count", category: "shapes", media: [shapes("four-shapes.png")], demo: ["en", "zh"] },
  { id: "color", category: "shapes", media: [shapes("star-and-heart.png")], demo: ["en", "zh"] },
  { id: "which", category: "shapes", media: [shapes("circle-and-square.png"), shapes("star-and-heart.png")], demo: ["en"] },
  { id: "shape", category: "shapes", media: [shapes("star-and-heart.png")], demo: ["zh"] },
  { id: "detection", category: "grounding", media: [gallery("street.png")], settings: fine },
  { id: "attributes", category: "grounding", media: [gallery("parking.png")], settings: fine },
  { id: "referring", category: "grounding", media: [gallery("beach.png")], settings: fine },
  { id: "points", category: "grounding", media: [gallery("football.png")], settings: fine },
  { id: "recognition", category: "grounding", media: [gallery("dishes.png")], settings: fine },
  { id: "boxes3d", category: "space", media: [gallery("parking.png")], settings: fine },
  { id: "spatial", category: "space", media: [gallery("room.png")] },
  { id: "spatialClip", category: "space", media: [gallery("corridor.mp4")], settings: { clip: { fps: 2 } } },
  { id: "pageText", category: "reading", media: [gallery("page.png")], settings: reading },
  { id: "spotting", category: "reading", media: [gallery("signs.png")], settings: reading },
  { id: "keyInformation", category: "reading", media: [gallery("receipt.png")], settings: fine },
  { id: "toHtml", category: "reading", media: [gallery("page.png")], settings: reading },
  { id: "toMarkdown", category: "reading", media: [gallery("report-3.png")], settings: reading },
  { id: "longDocument", category: "reading", media: [gallery("report-1.png"), gallery("report-2.png"), gallery("report-3.png"), gallery("report-4.png")], settings: { pictureTokens: { min: 512, max: 730 } } },
  { id: "clipQuestion", category: "clips", media: [gallery("crossing.mp4")], settings: { clip: { fps: 2 } } },
  { id: "events", category: "clips", media: [gallery("crossing.mp4")], settings: { clip: { fps: 2 } } },
  { id: "spaceTime", category: "clips", media: [gallery("crossing.mp4")], settings: { clip: { fps: 2 } } },
  { id: "mobileAgent", category: "agents", media: [gallery("phone.png")], settings: { systemPrompt: mobileAgentPrompt, ...fine } },
  { id: "computerAgent", category: "agents", media: [gallery("desktop.png")], settings: { systemPrompt: computerAgentPrompt, ...fine } },
  { id: "zoom", category: "agents", media: [gallery("harbour.png")], settings: { tools: { zoom: true }, pictureTokens: { max: 1024 } } },
  { id: "sketchToCode", category: "code", media: [gallery("sketch.png")], settings: { maxNewTokens: 16_384 } },
  { id: "chartToCode", category: "code", media: [gallery("chart.png")], settings: { maxNewTokens: 8192 } },
];

/** A small picture of the first medium. */
export function thumbnailUrl({ media: [first] }: Example): string {
  return first.startsWith("/gallery/") ? first.replace("/gallery/", "/gallery/thumbnails/").replace(/\.\w+$/u, ".webp") : first;
}

export function canDemo({ demo }: Example, locale: Locale): boolean {
  return demo?.includes(locale) === true;
}

export interface Section {
  category: Category;
  examples: readonly Example[];
}

/** By category; where the embedded model runs, what it can answer comes first, and else at the end. */
export function sectionsOf(locale: Locale, embedded: boolean): readonly Section[] {
  const shown = examples.filter(({ demo }) => demo === undefined || demo.includes(locale));
  const categories = [...new Set(shown.map(({ category }) => category))];
  const sections = categories.map((category) => ({ category, examples: shown.filter((example) => example.category === category) }));
  const demo = sections.filter(({ examples: [first] }) => first?.demo !== undefined);
  const others = sections.filter((section) => !demo.includes(section));
  return embedded ? [...demo, ...others] : [...others, ...demo];
}
