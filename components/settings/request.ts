import type { ChatMessage, ChatPart, ChatSettings, UploadedMedia } from "../../server/protocol.ts";
import { joinTexts, type AttachedText } from "../media/attachedText.ts";
import type { ConversationSettings } from "./settings.ts";

/** What of a conversation's turns is asked; both kinds of turn of `components/chat` fit. */
export type AskedTurn = { role: "user"; text: string; media: readonly UploadedMedia[]; texts?: readonly AttachedText[] | undefined } | { role: "assistant"; text: string };

export interface ChatRequest {
  messages: ChatMessage[];
  settings: ChatSettings;
}

/** Side of the square of pixels that one visual token stands for, where the engine does not say. */
const usualTokenSide = 32;

/** A conversation as the server takes it: `turns` are those before the answer that is asked for. */
export function toRequest(turns: readonly AskedTurn[], settings: ConversationSettings): ChatRequest {
  const { systemPrompt, sampling, maxNewTokens, stop } = settings;
  const system: ChatMessage[] = systemPrompt.trim() === "" ? [] : [{ role: "system", content: [{ type: "text", text: systemPrompt }] }];
  return {
    messages: [...system, ...turns.flatMap((turn) => toMessage(turn, settings))],
    settings: {
      sampling,
      stop,
      add_vision_id: addsVisionId(turns, settings),
      ...(maxNewTokens !== undefined && { max_new_tokens: maxNewTokens }),
    },
  };
}

/** Whether each medium is introduced by its number: as chosen, else where there are several to tell apart. */
export function addsVisionId(turns: readonly AskedTurn[], { addVisionId }: Pick<ConversationSettings, "addVisionId">): boolean {
  return addVisionId ?? turns.reduce((count, turn) => count + (turn.role === "user" ? turn.media.length : 0), 0) > 1;
}

/** Answers without a word (failed, stopped early) are left out. */
function toMessage(turn: AskedTurn, settings: ConversationSettings): ChatMessage[] {
  const words = turn.role === "user" ? joinTexts(turn.texts, turn.text) : turn.text;
  const text: ChatPart[] = words === "" ? [] : [{ type: "text", text: words }];
  switch (turn.role) {
    case "assistant":
      return text.length === 0 ? [] : [{ role: "assistant", content: text }];
    case "user":
      return [{ role: "user", content: [...turn.media.map((medium) => toMediaPart(medium, settings)), ...text] }];
  }
}

export type MediaPart = Exclude<ChatPart, { type: "text" }>;

/** One picture or clip with the sizes and times that the settings, and the reader's choices for this medium, give it. */
export function toMediaPart({ id, info, frames }: UploadedMedia, settings: ConversationSettings): MediaPart {
  const area = usualTokenSide ** 2;
  switch (info.kind) {
    case "image": {
      const { min, max } = settings.pictureTokens;
      return { type: "image", media: id, ...(min !== undefined && { min_pixels: min * area }), ...(max !== undefined && { max_pixels: max * area }) };
    }
    case "video":
      return frames ? { type: "video", media: frames.media, sample_fps: frames.fps } : { type: "video", media: id };
  }
}
