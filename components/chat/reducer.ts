import type { WireError } from "../../inference/errors.ts";
import type { GenerationEvent } from "../../inference/events.ts";
import type { EngineStatus } from "../../server/protocol.ts";
import type { Connection } from "./socket.ts";
import { failed, isRunning, newAnswer, type AssistantTurn, type Turn, type UserTurn } from "./turns.ts";

export interface ChatState {
  /** False until the browser's database was read. */
  loaded: boolean;
  turns: readonly Turn[];
  /** What "Clear conversation" took away, while it can still be undone. */
  cleared: readonly Turn[] | undefined;
  engine: EngineStatus | undefined;
  connection: Connection;
}

export const initialChat: ChatState = { loaded: false, turns: [], cleared: undefined, engine: undefined, connection: "connecting" };

export interface SequencedEvent {
  seq: number;
  event: GenerationEvent;
}

export type ChatAction =
  | { type: "loaded"; turns: readonly Turn[] }
  | { type: "sent"; user: UserTurn; run: string }
  /** The last answer is made again, as a new run. */
  | { type: "regenerated"; run: string }
  /** What arrived within one frame, at `at` (epoch, ms). */
  | { type: "events"; run: string; at: number; events: readonly SequencedEvent[] }
  | { type: "refused"; run: string; error: WireError }
  | { type: "unknown-run"; run: string }
  | { type: "stopping"; run: string }
  | { type: "cleared" }
  | { type: "restored" }
  | { type: "forgotten" }
  | { type: "engine"; status: EngineStatus }
  | { type: "connection"; connection: Connection };

export function reduceChat(state: ChatState, action: ChatAction): ChatState {
  switch (action.type) {
    case "loaded":
      return { ...state, loaded: true, turns: [...action.turns, ...state.turns] };
    case "sent":
      return { ...state, cleared: undefined, turns: [...state.turns, action.user, newAnswer(action.run)] };
    case "regenerated":
      return { ...state, turns: [...withoutLastAnswer(state.turns), newAnswer(action.run)] };
    case "events":
      return updateAnswer(state, action.run, (turn) => measureRate(action.events.reduce(applyEvent, turn), turn, action.at));
    case "refused":
      return updateAnswer(state, action.run, (turn) => ({ ...turn, stopping: false, state: failed(action.error) }));
    case "unknown-run":
      return updateAnswer(state, action.run, (turn) => (isRunning(turn) ? { ...turn, stopping: false, state: { name: "interrupted" } } : turn));
    case "stopping":
      return updateAnswer(state, action.run, (turn) => ({ ...turn, stopping: true }));
    case "cleared":
      return { ...state, turns: [], cleared: state.turns.length > 0 ? state.turns : undefined };
    case "restored":
      return { ...state, turns: [...(state.cleared ?? []), ...state.turns], cleared: undefined };
    case "forgotten":
      return state.cleared === undefined ? state : { ...state, cleared: undefined };
    case "engine":
      return { ...state, engine: action.status };
    case "connection":
      return state.connection === action.connection ? state : { ...state, connection: action.connection };
  }
}

/** A run that was cleared away goes on in `cleared`, so that undo shows what became of it. */
function updateAnswer(state: ChatState, run: string, change: (turn: AssistantTurn) => AssistantTurn): ChatState {
  const update = (turns: readonly Turn[]) => turns.map((turn) => (turn.role === "assistant" && turn.id === run ? change(turn) : turn));
  return { ...state, turns: update(state.turns), cleared: state.cleared && update(state.cleared) };
}

function withoutLastAnswer(turns: readonly Turn[]): readonly Turn[] {
  return turns.at(-1)?.role === "assistant" ? turns.slice(0, -1) : turns;
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
      return { ...turn, seq, tokens: event.usage.completion_tokens, state: { name: "finished", reason: event.reason, usage: event.usage, timings: event.timings } };
    case "error":
      return { ...turn, seq, stopping: false, state: failed(event.error) };
  }
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
