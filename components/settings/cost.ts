import { EngineError, type WireError } from "../../inference/errors.ts";
import type { FinishReason, Usage } from "../../inference/events.ts";
import { clipCost, decodedPixels, frameListCost, pictureCost, type MediaRules } from "../../inference/media/cost.ts";
import type { Size } from "../../inference/media/smartResize.ts";
import type { UploadedMedia } from "../../server/protocol.ts";
import { joinTexts } from "../media/attachedText.ts";
import { addsVisionId, instructionsOf, toMediaPart, type AskedTurn } from "./request.ts";
import type { ConversationSettings } from "./settings.ts";
import { estimateTokens } from "./textTokens.ts";

/** What a message will cost before it is sent: visual tokens as the engine will count them, text tokens as an estimate. */

export interface MediumCost {
  /** As the model will see it, each frame of a clip. */
  size: Size;
  /** Visual tokens. */
  tokens: number;
  /** Seconds of the frames that are looked at; empty for a picture. */
  times: readonly number[];
  /** Tokens around it in the prompt: its borders and the times that stand before the frames of a clip. */
  around: number;
}
/** Or why the engine would refuse it. */
export type CostOrFault = MediumCost | { error: WireError };

/** Borders of a picture, or of a pair of frames. */
const borders = 2;
/** What stands before a picture among several, and how many tokens it usually is. */
const picture = "Picture 1: ";
const numbering = 5;

/** @param rules how the engine sizes media; where they are unknown, what the server said at the upload stands in */
export function costOfMedium(medium: UploadedMedia, settings: ConversationSettings, rules: MediaRules | undefined): CostOrFault {
  const { info } = medium;
  if (!rules) {
    const size = { width: info.resizedWidth, height: info.resizedHeight };
    return { size, tokens: info.tokens, times: info.kind === "video" ? info.sampledTimes : [], around: borders };
  }
  try {
    return computeCost(medium, settings, rules);
  } catch (fault) {
    if (fault instanceof EngineError) return { error: { code: fault.code, params: fault.params } };
    throw fault;
  }
}

function computeCost(medium: UploadedMedia, settings: ConversationSettings, rules: MediaRules): MediumCost {
  const { info, name, frames } = medium;
  const part = toMediaPart(medium, settings, rules);
  if (part.type === "image") return { ...pictureCost(part, { ...info, name }, rules), times: [], around: borders };
  if (info.kind !== "video") throw new TypeError("a clip that is described as a picture");
  const cost = frames
    ? frameListCost(part, { ...info, name, frames: frames.media.length }, rules)
    : clipCost(part, { ...info, name }, rules);
  return { size: cost.size, tokens: cost.tokens, times: cost.times, around: cost.patchTimes.reduce((sum, time) => sum + borders + tokensOfTime(time), 0) };
}

/** "<12.5 seconds>": a token for each sign of the number, and for "<", " seconds" and ">". */
function tokensOfTime(seconds: number): number {
  return seconds.toFixed(1).length + 3;
}

/** Turns of a conversation; an answer with its tokens, and when it has ended with all that it took. */
export type UsedTurn = AskedTurn & { usage?: Usage | undefined; reason?: FinishReason | undefined; tokens?: number | undefined };

export interface ContextUse {
  /** Tokens of the words so far: counted by the engine where it has answered, else estimated. */
  words: number;
  /** Visual tokens of the pictures and clips so far, under the settings of now. */
  media: number;
  /** The unsent message: its words and its media. */
  draftWords: number;
  draftMedia: number;
  /** All of it; the answer takes from what is left of `limit`. */
  used: number;
  limit: number;
}

/** What opens a message besides the name of who speaks, and what closes it: a sign and the end of a line each. */
const opening = 2;
const closing = 2;
/** Who speaks, as the prompt says it. */
const roles = ["system", "user", "assistant"] as const;

/** What decides on figures besides the turns. */
export interface CostContext {
  settings: ConversationSettings;
  rules: MediaRules | undefined;
  /** What the engine has counted for a text; it is estimated otherwise. */
  counted?: ((text: string) => number | undefined) | undefined;
  /** Estimates a text, if not as usual. */
  estimate?: ((text: string) => number) | undefined;
}

/** What the turns so far take. */
export function pastUse(turns: readonly UsedTurn[], context: CostContext): Pick<ContextUse, "words" | "media"> & { count: number } {
  const counted = turns.findLastIndex(isCounted);
  const { usage, reason } = turns[counted] ?? {};
  // The sign with which a model ends was counted with its answer.
  const end = reason === "eos" || reason === undefined ? closing - 1 : closing;
  const known = usage ? usage.prompt_tokens - usage.image_tokens - usage.video_tokens + usage.completion_tokens + end : systemTokens(context);
  const numbered = addsVisionId(turns, context.settings);
  const words = turns.slice(counted + 1).reduce((sum, turn) => sum + wordsOf(turn, numbered, context), known);
  const media = turns.flatMap((turn) => (turn.role === "user" ? turn.media : []));
  return { words, media: visualTokens(media, context), count: media.length };
}

/** What a message takes that is not sent yet, after `before` pictures and clips. */
export function draftUse(draft: Question, before: number, context: CostContext): Pick<ContextUse, "draftWords" | "draftMedia"> {
  const { text, media, texts = [] } = draft;
  if (text === "" && media.length === 0 && texts.length === 0) return { draftWords: 0, draftMedia: 0 };
  const numbered = context.settings.addVisionId ?? before + media.length > 1;
  return { draftWords: wordsOf(draft, numbered, context) + openingOf("assistant", context), draftMedia: visualTokens(media, context) };
}

type Question = Extract<AskedTurn, { role: "user" }>;

/** A message without its visual tokens. */
function wordsOf(turn: UsedTurn, numbered: boolean, context: CostContext): number {
  if (turn.role === "assistant") return openingOf("assistant", context) + closing + (turn.tokens ?? tokensOfText(turn.text, context));
  const around = turn.media.reduce((sum, medium) => sum + tokensOf(medium, context).around + (numbered ? (context.counted?.(picture) ?? numbering) : 0), 0);
  return openingOf("user", context) + closing + tokensOfText(joinTexts(turn.texts, turn.text), context) + around;
}

function visualTokens(media: readonly UploadedMedia[], context: CostContext): number {
  return media.reduce((sum, medium) => sum + tokensOf(medium, context).tokens, 0);
}

function systemTokens(context: CostContext): number {
  const instructions = instructionsOf(context.settings);
  return instructions === "" ? 0 : openingOf("system", context) + closing + tokensOfText(instructions, context);
}

function openingOf(role: (typeof roles)[number], { counted }: CostContext): number {
  return opening + (counted?.(role) ?? 1);
}

function tokensOfText(text: string, { counted, estimate = estimateTokens }: CostContext): number {
  return counted?.(text) ?? estimate(text);
}

/** The texts that `pastUse` and `draftUse` would have to estimate; none where there is nothing to estimate. */
export function textsToCount(turns: readonly UsedTurn[], draft: Question, settings: ConversationSettings): string[] {
  const last = turns.findLastIndex(isCounted);
  const open = turns.slice(last + 1).filter((turn) => turn.role === "user" || turn.tokens === undefined);
  const words = [...open, draft].map((turn) => (turn.role === "user" ? joinTexts(turn.texts, turn.text) : turn.text));
  if (words.every((text) => text === "") && draft.media.length === 0 && (last >= 0 || instructionsOf(settings) === "")) return [];
  const all = [...roles, picture, ...(last < 0 ? [instructionsOf(settings)] : []), ...words];
  return [...new Set(all)].filter((text) => text !== "");
}

function isCounted({ usage }: UsedTurn): boolean {
  return usage !== undefined && usage.prompt_tokens > 0;
}

/** What is refused costs nothing. */
function tokensOf(medium: UploadedMedia, { settings, rules }: CostContext): Pick<MediumCost, "tokens" | "around"> {
  const cost = costOfMedium(medium, settings, rules);
  return "error" in cost ? { tokens: 0, around: 0 } : cost;
}

/** Pixels that the engine decodes for these media: what is shown twice counts once, what it would refuse does not count. */
export function decodedPixelsOf(media: readonly UploadedMedia[], context: CostContext): number {
  const distinct = new Map(media.map((medium) => [JSON.stringify([medium.id, medium.choices, medium.frames]), medium]));
  return [...distinct.values()].reduce((sum, medium) => sum + pixelsOf(medium, context), 0);
}

function pixelsOf(medium: UploadedMedia, { settings, rules }: CostContext): number {
  const { info, frames } = medium;
  if (info.kind === "image") return decodedPixels(info, [0]);
  if (frames) return decodedPixels(info, [...frames.media.keys()]);
  const cost = costOfMedium(medium, settings, rules);
  return "error" in cost ? 0 : decodedPixels(info, cost.times);
}

export type Fullness = "roomy" | "tight" | "full";

/** Below this share of the context an answer may be cut off. */
const tightShare = 0.15;

/** full: the engine would refuse the message · tight: little room is left, or less than the answer may take. */
export function fullnessOf({ used, limit }: Pick<ContextUse, "used" | "limit">, { maxNewTokens }: Pick<ConversationSettings, "maxNewTokens">): Fullness {
  if (used >= limit) return "full";
  return limit - used < Math.min(maxNewTokens ?? Infinity, limit * tightShare) ? "tight" : "roomy";
}
