import type { EngineInfo } from "../../inference/protocol.ts";
import { tokenArea } from "./request.ts";
import type { ConversationSettings } from "./settings.ts";

/** The settings that are numbers: their bounds, where they are kept, and what holds while they are left open. */

type Sampling = ConversationSettings["sampling"];
type Clip = ConversationSettings["clip"];

export interface NumberField {
  min: number;
  max: number;
  whole: boolean;
  get: (settings: ConversationSettings) => number | undefined;
  set: (settings: ConversationSettings, value: number | undefined) => ConversationSettings;
  /** What is done where nothing is set; undefined where that is no number, or nobody knows it. */
  usual: (engine: EngineInfo | undefined) => number | undefined;
}

type Bounds = readonly [min: number, max: number];

function ofSampling(key: Exclude<keyof Sampling, "greedy">, [min, max]: Bounds, { whole = false, off }: { whole?: boolean; off?: number } = {}): NumberField {
  return {
    ...{ min, max, whole },
    get: ({ sampling }) => sampling[key],
    set: (settings, value) => ({ ...settings, sampling: { ...settings.sampling, [key]: value } }),
    usual: (engine) => numberOf(engine?.defaults[key]) ?? off,
  };
}

function ofPictures(key: "min" | "max", usual: (engine: EngineInfo) => number | undefined): NumberField {
  return {
    ...{ min: 4, max: 16_384, whole: true },
    get: ({ pictureTokens }) => pictureTokens[key],
    set: (settings, value) => ({ ...settings, pictureTokens: { ...settings.pictureTokens, [key]: value } }),
    usual: (engine) => engine && usual(engine),
  };
}

function ofClip(key: keyof Clip, [min, max]: Bounds, { whole = true, usual }: { whole?: boolean; usual?: (engine: EngineInfo) => number | undefined } = {}): NumberField {
  return {
    ...{ min, max, whole },
    get: ({ clip }) => clip[key],
    set: (settings, value) => ({ ...settings, clip: { ...settings.clip, [key]: value } }),
    usual: (engine) => engine && usual?.(engine),
  };
}

const numberOf = (value: number | boolean | undefined) => (typeof value === "number" ? value : undefined);
const inTokens = (engine: EngineInfo, pixels: number | undefined) => (pixels === undefined ? undefined : Math.round(pixels / tokenArea(engine.media)));

/** The engine's own limit where none is asked for. */
const usualMaxNewTokens = 4096;

export const numberFields = {
  temperature: ofSampling("temperature", [0, 2]),
  top_p: ofSampling("top_p", [0.01, 1]),
  top_k: ofSampling("top_k", [0, 1000], { whole: true }),
  min_p: ofSampling("min_p", [0, 1], { off: 0 }),
  presence_penalty: ofSampling("presence_penalty", [-2, 2], { off: 0 }),
  frequency_penalty: ofSampling("frequency_penalty", [-2, 2], { off: 0 }),
  repetition_penalty: ofSampling("repetition_penalty", [0.1, 2], { off: 1 }),
  seed: ofSampling("seed", [0, Number.MAX_SAFE_INTEGER], { whole: true }),
  maxNewTokens: {
    ...{ min: 1, max: 262_144, whole: true },
    get: ({ maxNewTokens }: ConversationSettings) => maxNewTokens,
    set: (settings: ConversationSettings, value: number | undefined) => ({ ...settings, maxNewTokens: value }),
    usual: (engine: EngineInfo | undefined) => engine && Math.min(usualMaxNewTokens, engine.contextLength),
  },
  pictureMin: ofPictures("min", (engine) => inTokens(engine, engine.media?.image.minPixels)),
  pictureMax: ofPictures("max", (engine) => inTokens(engine, engine.media?.image.maxPixels)),
  fps: ofClip("fps", [0.1, 30], { whole: false, usual: ({ media }) => media?.video.fps }),
  frames: ofClip("frames", [2, 768]),
  maxFrames: ofClip("maxFrames", [2, 768], { usual: ({ media }) => media && Math.min(media.video.maxFrames, media.sampledFrames) }),
  tokensPerFrame: ofClip("tokensPerFrame", [4, 16_384]),
  totalTokens: ofClip("totalTokens", [16, 262_144]),
} satisfies Record<string, NumberField>;

export type NumberFieldName = keyof typeof numberFields;

/** What was typed: a value, an empty field, or what is wrong with it. */
export type Typed = { ok: true; value: number | undefined } | { ok: false; problem: "number" | "whole" | "range" };

/** Decimal commas are taken as points; anything that is not quite a number is refused rather than guessed. */
export function parseNumber(text: string, { min, max, whole }: Pick<NumberField, "min" | "max" | "whole">): Typed {
  const trimmed = text.trim().replace(/^([-+]?\d*),(\d+)$/, "$1.$2");
  if (trimmed === "") return { ok: true, value: undefined };
  if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(trimmed)) return { ok: false, problem: "number" };
  const value = Number(trimmed);
  if (whole && !Number.isInteger(value)) return { ok: false, problem: "whole" };
  return value < min || value > max ? { ok: false, problem: "range" } : { ok: true, value };
}

export const stopLimits = { count: 16, characters: 256 };

export type TypedStops = { ok: true; value: string[] } | { ok: false; problem: "tooManyStops" | "longStop" };

/** One a line; "\n" and "\t" are written out, so that a line break can end an answer. */
export function parseStops(text: string): TypedStops {
  const value = text.split("\n").filter((line) => line !== "").map(unescape);
  if (value.length > stopLimits.count) return { ok: false, problem: "tooManyStops" };
  return value.some(({ length }) => length > stopLimits.characters) ? { ok: false, problem: "longStop" } : { ok: true, value };
}

export function formatStops(stops: readonly string[]): string {
  return stops.map((stop) => stop.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t")).join("\n");
}

function unescape(line: string): string {
  return line.replaceAll(/\\([nt\\])/g, (_, sign: string) => (sign === "n" ? "\n" : sign === "t" ? "\t" : "\\"));
}
