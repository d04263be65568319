import { isRunning, type AssistantTurn } from "../chat/turns.ts";
import { splitThinking, type SplitAnswer } from "./splitThinking.ts";

/** What an answer thought and what it says, as far as it is written. */
export function answerParts(turn: AssistantTurn): SplitAnswer {
  return splitThinking(turn.text, { thinkingModel: turn.thought?.prompted === true, partial: isRunning(turn) });
}
