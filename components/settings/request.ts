import { clipCost, type MediaRules } from "../../inference/media/cost.ts";
import { frameRange } from "../../inference/media/frameSampling.ts";
import type { ChatMessage, ChatPart, ChatSettings, UploadedMedia } from "../../server/protocol.ts";
import type { ToolTurn } from "../agents/toolTurn.ts";
import { toolResponse, toolsPrompt } from "../agents/zoomPrompt.ts";
import { joinTexts, type AttachedText } from "../media/attachedText.ts";
import { withoutThinking } from "../thinking/splitThinking.ts";
import type { Thought } from "../thinking/thought.ts";
import type { ConversationSettings } from "./settings.ts";

/** What of a conversation's turns is asked; both kinds of turn of `components/chat` fit. */
export type AskedTurn =
  | { role: "user"; text: string; media: readonly UploadedMedia[]; texts?: readonly AttachedText[] | undefined; tool?: ToolTurn | undefined }
  | { role: "assistant"; text: string; thought?: Thought | undefined };

export interface ChatRequest {
  messages: ChatMessage[];
  settings: ChatSettings;
}

/** Side of the square of pixels that one visual token stands for, where the engine does not say. */
const usualTokenSide = 32;
/** qwen-vl-utils: visual tokens of a frame, where nothing is said, and of anything that is seen. */
const usualLeastFrameTokens = 128;
const leastTokens = 4;

/**
 * A conversation as the server takes it: `turns` are those before the answer that is asked for.
 *
 * @param rules how the engine sizes media; undefined while it loads, or where it does not say
 */
export function toRequest(turns: readonly AskedTurn[], settings: ConversationSettings, rules?: MediaRules): ChatRequest {
  const { sampling, maxNewTokens, stop } = settings;
  const instructions = instructionsOf(settings);
  const system: ChatMessage[] = instructions === "" ? [] : [{ role: "system", content: [{ type: "text", text: instructions }] }];
  return {
    messages: [...system, ...withoutFormerThinking(turns).flatMap((turn) => toMessage(turn, settings, rules))],
    settings: {
      sampling,
      stop,
      add_vision_id: addsVisionId(turns, settings),
      ...(maxNewTokens !== undefined && { max_new_tokens: maxNewTokens }),
    },
  };
}

/** What stands before the conversation; "" where there is nothing. */
export function instructionsOf({ systemPrompt, tools }: Pick<ConversationSettings, "systemPrompt" | "tools">): string {
  return [...(systemPrompt.trim() === "" ? [] : [systemPrompt]), ...(tools.zoom ? [toolsPrompt] : [])].join("\n\n");
}

/** Whether each medium is introduced by its number: as chosen, else where there are several to tell apart. */
export function addsVisionId(turns: readonly AskedTurn[], { addVisionId }: Pick<ConversationSettings, "addVisionId">): boolean {
  return addVisionId ?? turns.reduce((count, turn) => count + (turn.role === "user" && !turn.tool ? turn.media.length : 0), 0) > 1;
}

/** What it thought before the last question is not shown to the model again, as the published chat templates have it. */
function withoutFormerThinking(turns: readonly AskedTurn[]): AskedTurn[] {
  const question = turns.findLastIndex((turn) => turn.role === "user" && !turn.tool);
  return turns.map((turn, index) =>
    turn.role === "user" || index > question ? turn : { ...turn, text: withoutThinking(turn.text, { thinkingModel: turn.thought?.prompted === true }) },
  );
}

/** Answers without a word (failed, stopped early) are left out. */
function toMessage(turn: AskedTurn, settings: ConversationSettings, rules: MediaRules | undefined): ChatMessage[] {
  const words = turn.role === "user" ? joinTexts(turn.texts, turn.text) : turn.text;
  const text: ChatPart[] = words === "" ? [] : [{ type: "text", text: words }];
  switch (turn.role) {
    case "assistant":
      return text.length === 0 ? [] : [{ role: "assistant", content: text }];
    case "user": {
      const media = turn.media.map((medium) => toMediaPart(medium, settings, rules));
      return [{ role: "user", content: turn.tool ? [{ type: "text", text: toolResponse.before }, ...media, { type: "text", text: toolResponse.after }] : [...media, ...text] }];
    }
  }
}

export type MediaPart = Exclude<ChatPart, { type: "text" }>;
type VideoPart = Extract<ChatPart, { type: "video" }>;

/** One picture or clip with the sizes and times that the settings, and the reader's choices for this medium, give it. */
export function toMediaPart(medium: UploadedMedia, settings: ConversationSettings, rules: MediaRules | undefined): MediaPart {
  const { id, info, frames, choices } = medium;
  switch (info.kind) {
    case "image":
      return { type: "image", media: id, ...pixels(choices?.tokens ?? settings.pictureTokens, rules) };
    case "video": {
      const { tokensPerFrame } = settings.clip;
      const size = pixels(choices?.tokens ?? { max: tokensPerFrame }, rules);
      const part: VideoPart = frames
        ? { type: "video", media: frames.media, sample_fps: frames.fps, ...size }
        : { type: "video", media: id, ...size, ...sampling(medium, settings) };
      return withTotal(part, medium, settings, rules);
    }
  }
}

/** Leaves out what is undefined. */
function pixels({ min, max }: { min?: number | undefined; max?: number | undefined }, rules: MediaRules | undefined): Pick<VideoPart, "min_pixels" | "max_pixels"> {
  const area = tokenArea(rules);
  return { ...(min !== undefined && { min_pixels: min * area }), ...(max !== undefined && { max_pixels: Math.max(max, min ?? max) * area }) };
}

/** Pixels of one visual token. */
export function tokenArea(rules: MediaRules | undefined): number {
  return rules ? (rules.image.patchSize * rules.image.mergeSize) ** 2 : usualTokenSide ** 2;
}

/** A wish for more frames than the part of the clip has is a wish for all of them: the engine would refuse it. */
function sampling({ info, name, choices }: UploadedMedia, { clip }: ConversationSettings): Partial<VideoPart> {
  if (info.kind !== "video") return {};
  const { start, end } = choices ?? {};
  const range = { ...(start !== undefined && { video_start: start }), ...(end !== undefined && { video_end: end }) };
  if (clip.frames !== undefined) return { ...range, nframes: Math.min(clip.frames, availableFrames({ start, end }, { ...info, name })) };
  return { ...range, ...(clip.fps !== undefined && { fps: clip.fps }), ...(clip.maxFrames !== undefined && { max_frames: clip.maxFrames }) };
}

/** An even number, as the engine rounds; of a range without frames, which the engine refuses by name, all of the clip. */
function availableFrames(range: { start: number | undefined; end: number | undefined }, clip: { frames: number; fps: number; name: string }): number {
  const even = (count: number) => Math.max(2, count - (count % 2));
  try {
    const { first, last } = frameRange(range, clip, clip.name);
    return even(last - first + 1);
  } catch {
    return even(clip.frames);
  }
}

/**
 * With the budget of the whole clip. Its frames have at least 128 tokens where nothing else is said, which would go over a
 * budget that is small for so many frames: then they may be smaller.
 */
function withTotal(part: VideoPart, { info, frames, name }: UploadedMedia, { clip }: ConversationSettings, rules: MediaRules | undefined): VideoPart {
  if (clip.totalTokens === undefined || info.kind !== "video") return part;
  const total = { ...part, total_pixels: clip.totalTokens * tokenArea(rules) };
  const patches = countPatches(part, { ...info, name, frames: frames?.media.length ?? info.frames }, rules);
  const isSmall = clip.totalTokens / patches < usualLeastFrameTokens;
  return isSmall && part.min_pixels === undefined ? { ...total, min_pixels: leastTokens * tokenArea(rules) } : total;
}

function countPatches(part: VideoPart, clip: Parameters<typeof clipCost>[1], rules: MediaRules | undefined): number {
  if (Array.isArray(part.media)) return Math.ceil(clip.frames / 2);
  if (!rules) return 1;
  try {
    return clipCost(part, clip, rules).patchTimes.length;
  } catch {
    return 1;
  }
}
