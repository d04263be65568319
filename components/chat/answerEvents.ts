import type { GenerationEvent } from "../../inference/events.ts";
import { measureThought } from "../thinking/thought.ts";
import { failed, isRunning, type AssistantTurn } from "./turns.ts";

export interface SequencedEvent {
  seq: number;
  event: GenerationEvent;
}

/** The answer after what arrived within one frame, at `at` (epoch, ms); a thinking model's begins within its thoughts. */
export function applyEvents(turn: AssistantTurn, events: readonly SequencedEvent[], at: number, thinkingModel = false): AssistantTurn {
  const after = measureRate(events.reduce(applyEvent, turn), turn, at);
  const pieces = events.flatMap(({ seq, event }) => (seq > turn.seq && event.type === "text" ? [event] : []));
  const thought = measureThought(turn, after, { at, pieces, ended: !isRunning(after), thinkingModel });
  return thought === after.thought ? after : { ...after, thought };
}

function applyEvent(turn: AssistantTurn, { seq, event }: SequencedEvent): AssistantTurn {
  if (seq <= turn.seq) return turn;
  switch (event.type) {
    case "phase":
      return { ...turn, seq, state: { name: "working", phase: event.phase } };
    case "text": {
      const state = turn.state.name === "writing" ? turn.state : ({ name: "writing", since: 0, sinceTokens: 0, rate: 0 } as const);
      return { ...turn, seq, text: turn.text + event.delta, tokens: event.tokens, state };
    }
    case "finish":
      return { ...turn, seq, tokens: event.usage.completion_tokens, state: finished(event) };
    case "error":
      return { ...turn, seq, stopping: false, state: failed(event.error) };
  }
}

function finished({ reason, usage, timings, damaged }: Extract<GenerationEvent, { type: "finish" }>): AssistantTurn["state"] {
  return { name: "finished", reason, usage, timings, ...(damaged && { damaged }) };
}

/** Below this time (ms) a rate says nothing. */
const shortestMeasurement = 400;

/**
 * Tokens a second since the first frame with text. Events that are sent again after a lost connection arrive all at once,
 * so the first frame only sets the mark.
 */
function measureRate(turn: AssistantTurn, before: AssistantTurn, at: number): AssistantTurn {
  if (turn.state.name !== "writing") return turn;
  if (before.state.name !== "writing") return { ...turn, state: { name: "writing", since: at, sinceTokens: turn.tokens, rate: 0 } };
  const elapsed = at - turn.state.since;
  if (elapsed < shortestMeasurement) return turn;
  return { ...turn, state: { ...turn.state, rate: ((turn.tokens - turn.state.sinceTokens) * 1000) / elapsed } };
}
