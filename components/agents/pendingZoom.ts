import type { UploadedMedia } from "../../server/protocol.ts";
import type { Turn } from "../chat/turns.ts";
import { parseResults } from "../results/parse/parse.ts";
import type { ZoomCall } from "../results/types.ts";
import { splitThinking } from "../thinking/splitThinking.ts";

/** A request for the zoom tool that waits for its response. */
export interface PendingZoom {
  call: ZoomCall;
  /** The picture that it names. */
  source: UploadedMedia;
  /** How often the tool has answered since the reader's question. */
  steps: number;
}

/** The call that the last of these turns ends with; undefined where it ends with words, or asks for what there is not. */
export function pendingZoom(turns: readonly Turn[]): PendingZoom | undefined {
  const answer = turns.at(-1);
  if (answer?.role !== "assistant") return undefined;
  const media = turns.flatMap((turn) => (turn.role === "user" ? turn.media : []));
  const text = splitThinking(answer.text, { thinkingModel: answer.thought?.prompted === true }).answer;
  const call = parseResults(text, { media: media.map(({ info }) => info), complete: true }).zooms.at(-1);
  const source = call && media[call.medium];
  if (!call || source?.info.kind !== "image" || !endsWith(text, call)) return undefined;
  return { call, source, steps: stepsBefore(turns) };
}

function endsWith(text: string, { range }: ZoomCall): boolean {
  return /^[\s`}\]]*(?:<\/tool_call>)?[\s`]*$/u.test(text.slice(range.end));
}

function stepsBefore(turns: readonly Turn[]): number {
  const question = turns.findLastIndex((turn) => turn.role === "user" && !turn.tool);
  return turns.slice(question + 1).filter((turn) => turn.role === "user").length;
}
