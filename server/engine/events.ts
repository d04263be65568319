import type { GenerationEvent } from "../../inference/events.ts";

/** How a request ends that was stopped before the engine saw it. */
export const abortedEvent: GenerationEvent = {
  type: "finish",
  reason: "abort",
  usage: { prompt_tokens: 0, completion_tokens: 0, image_tokens: 0, video_tokens: 0, cached_tokens: 0 },
  timings: { media_ms: 0, vision_ms: 0, prefill_ms: 0, decode_ms: 0, first_token_ms: 0, tokens_per_second: 0 },
};

/** Whether an event is the last of its request. */
export function isLast(event: GenerationEvent): boolean {
  return event.type === "finish" || event.type === "error";
}
