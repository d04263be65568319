import type { WireError } from "../../inference/errors.ts";
import type { EngineStatus } from "../../server/protocol.ts";
import { titleOf, type Conversation } from "../conversations/conversation.ts";
import { addTurns, chooseTurn, emptyTree, removeTurns, shownBranch, withFollowers, type Choices, type Tree } from "../conversations/tree.ts";
import { applyEvents, type SequencedEvent } from "./answerEvents.ts";
import type { Connection } from "./socket.ts";
import { failed, isRunning, runningAnswer, type AssistantTurn, type Rating, type Turn } from "./turns.ts";

/** What was taken away last, while that can still be undone. */
export type Removed =
  | { kind: "turns"; conversation: string; turns: readonly Turn[]; chosen: Choices }
  | { kind: "conversation"; conversation: Conversation; turns: readonly Turn[] };

export interface ChatState {
  /** False until the browser's database was read. */
  loaded: boolean;
  /** The conversation that is shown. */
  current: string;
  /** All of them; one without a title is a page on which nothing was asked yet. */
  conversations: ReadonlyMap<string, Conversation>;
  /** The turns of the conversations that are held in memory: the one that is shown, and those with an answer under way. */
  trees: ReadonlyMap<string, Tree>;
  /** Conversations with an answer under way. */
  running: ReadonlySet<string>;
  /** The branch that is shown. */
  turns: readonly Turn[];
  /** The branches at each of these turns, itself among them, where there are several. */
  siblings: ReadonlyMap<string, readonly string[]>;
  /** A turn that was looked for, to be scrolled to; `asked` counts, so that the same can be asked for again. */
  revealed: { turn: string; asked: number } | undefined;
  removed: Removed | undefined;
  /** False when the browser keeps nothing: a private window, a full disk. */
  stored: boolean;
  engine: EngineStatus | undefined;
  connection: Connection;
}

export const initialChat: ChatState = {
  loaded: false,
  current: "",
  conversations: new Map(),
  trees: new Map(),
  running: new Set(),
  turns: [],
  siblings: new Map(),
  revealed: undefined,
  removed: undefined,
  stored: true,
  engine: undefined,
  connection: "connecting",
};

/** Names a turn. */
export interface TurnName {
  conversation: string;
  turn: string;
}

export type ChatAction =
  | { type: "loaded"; conversations: readonly Conversation[]; trees: ReadonlyMap<string, Tree> }
  /** Another conversation is shown, as it is in the database; those that are neither shown nor under way leave the memory, once they are written. */
  | { type: "opened"; conversation: Conversation; tree: Tree; reveal: string | undefined }
  /** Another page has changed a conversation; `tree` where it is held in memory. */
  | { type: "refreshed"; id: string; conversation: Conversation | undefined; tree: Tree | undefined }
  /** Turns that follow each other, at `at` (epoch, ms). */
  | { type: "added"; conversation: string; turns: readonly Turn[]; at: number }
  | { type: "imported"; conversation: Conversation; turns: readonly Turn[] }
  /** A run makes an answer, or goes on with it after its first `continued` characters. */
  | ({ type: "begun"; run: string; continued: number } & TurnName)
  /** What arrived within one frame, at `at` (epoch, ms). */
  | ({ type: "events"; at: number; events: readonly SequencedEvent[] } & TurnName)
  | ({ type: "refused"; error: WireError } & TurnName)
  | ({ type: "unknown-run" } & TurnName)
  | ({ type: "stopping" } & TurnName)
  | ({ type: "rated"; rating: Rating | undefined } & TurnName)
  | ({ type: "chosen" } & TurnName)
  | ({ type: "removed" } & TurnName)
  | { type: "conversation-changed"; id: string; change: Partial<Omit<Conversation, "id">> }
  | { type: "conversation-removed"; id: string; tree: Tree; next: Conversation }
  | { type: "restored" }
  | { type: "forgotten" }
  | { type: "not-stored" }
  | { type: "engine"; status: EngineStatus }
  | { type: "connection"; connection: Connection };

export function reduceChat(state: ChatState, action: ChatAction): ChatState {
  switch (action.type) {
    case "loaded": {
      const known = new Map(action.conversations.map((conversation) => [conversation.id, conversation]));
      // One that nothing is known of is the new one that the page began with.
      return show({ ...state, loaded: true, conversations: new Map([...state.conversations, ...known]) }, new Map([...state.trees, ...action.trees]));
    }
    case "opened": {
      const { conversation, tree, reveal } = action;
      // Where the browser keeps nothing, the memory is all there is.
      const kept = new Map([...state.trees].filter(([id]) => state.running.has(id) || !state.stored));
      const conversations = new Map(state.conversations).set(conversation.id, conversation);
      const revealed = reveal === undefined ? undefined : { turn: reveal, asked: (state.revealed?.asked ?? 0) + 1 };
      return show({ ...state, current: conversation.id, conversations, revealed }, new Map([[conversation.id, tree], ...kept]));
    }
    case "refreshed":
      return refresh(state, action);
    case "added": {
      const { conversation: id, turns, at } = action;
      const changed = updateConversation(state, id, (conversation) => ({
        ...conversation,
        title: conversation.title === "" ? (titleOf(turns) ?? "…") : conversation.title,
        updated: at,
        chosen: { ...conversation.chosen, ...Object.fromEntries(turns.map((turn) => [turn.parent, turn.id])) },
      }));
      return withTree({ ...changed, removed: undefined }, id, addTurns(state.trees.get(id) ?? emptyTree, turns));
    }
    case "imported": {
      const { conversation, turns } = action;
      const conversations = new Map(state.conversations).set(conversation.id, conversation);
      return withTree({ ...state, conversations }, conversation.id, addTurns(emptyTree, turns));
    }
    case "begun":
      return updateAnswer(state, action, (turn) => ({
        ...turn,
        run: action.run,
        text: turn.text.slice(0, action.continued),
        continued: action.continued,
        tokens: 0,
        seq: 0,
        stopping: false,
        state: { name: "waiting" },
      }));
    case "events":
      return updateAnswer(state, action, (turn) => applyEvents(turn, action.events, action.at, state.engine?.state === "ready" && state.engine.info.thinking));
    case "refused":
      return updateAnswer(state, action, (turn) => ({ ...turn, stopping: false, state: failed(action.error) }));
    case "unknown-run":
      return updateAnswer(state, action, (turn) => (isRunning(turn) ? { ...turn, stopping: false, state: { name: "interrupted" } } : turn));
    case "stopping":
      return updateAnswer(state, action, (turn) => ({ ...turn, stopping: true }));
    case "rated":
      return updateAnswer(state, action, (turn) => ({ ...turn, rating: action.rating }));
    case "chosen": {
      const tree = state.trees.get(action.conversation) ?? emptyTree;
      const chosen = (conversation: Conversation) => ({ ...conversation, chosen: chooseTurn(tree, conversation.chosen, action.turn) });
      return show(updateConversation(state, action.conversation, chosen), state.trees);
    }
    case "removed": {
      const tree = state.trees.get(action.conversation) ?? emptyTree;
      const turns = withFollowers(tree, action.turn);
      const chosen = state.conversations.get(action.conversation)?.chosen ?? {};
      return withTree({ ...state, removed: { kind: "turns", conversation: action.conversation, turns, chosen } }, action.conversation, removeTurns(tree, turns));
    }
    case "conversation-changed":
      return updateConversation(state, action.id, (conversation) => ({ ...conversation, ...action.change }));
    case "conversation-removed":
      return removeConversation(state, action);
    case "restored":
      return restore(state);
    case "forgotten":
      return state.removed === undefined ? state : { ...state, removed: undefined };
    case "not-stored":
      return state.stored ? { ...state, stored: false } : state;
    case "engine":
      return { ...state, engine: action.status };
    case "connection":
      return state.connection === action.connection ? state : { ...state, connection: action.connection };
  }
}

/** After the shape of a tree or what is chosen in it has changed. */
function show(state: ChatState, trees: ChatState["trees"]): ChatState {
  const running = new Set([...trees].filter(([, tree]) => runningAnswer(tree.values())).map(([id]) => id));
  const { turns, siblings } = shownBranch(trees.get(state.current) ?? emptyTree, state.current, state.conversations.get(state.current)?.chosen ?? {});
  return { ...state, trees, turns, siblings, running };
}

function withTree(state: ChatState, id: string, tree: Tree): ChatState {
  return show(state, new Map(state.trees).set(id, tree));
}

function updateConversation(state: ChatState, id: string, change: (conversation: Conversation) => Conversation): ChatState {
  const conversation = state.conversations.get(id);
  return conversation ? { ...state, conversations: new Map(state.conversations).set(id, change(conversation)) } : state;
}

/** Many times a second: the shape of the tree stays as it is. A run that was taken away goes on, so that undo shows what became of it. */
function updateAnswer(state: ChatState, { conversation, turn: id }: TurnName, change: (turn: AssistantTurn) => AssistantTurn): ChatState {
  const tree = state.trees.get(conversation);
  const turn = tree?.get(id);
  if (!tree || turn?.role !== "assistant") return updateRemoved(state, id, change);
  const changed = change(turn);
  if (changed === turn) return state;
  const trees = new Map(state.trees).set(conversation, new Map(tree).set(id, changed));
  if (isRunning(turn) !== isRunning(changed)) return show(state, trees);
  const turns = conversation === state.current ? state.turns.map((shown) => (shown.id === id ? changed : shown)) : state.turns;
  return { ...state, trees, turns };
}

function updateRemoved(state: ChatState, id: string, change: (turn: AssistantTurn) => AssistantTurn): ChatState {
  if (!state.removed) return state;
  const turns = state.removed.turns.map((turn) => (turn.id === id && turn.role === "assistant" ? change(turn) : turn));
  return { ...state, removed: { ...state.removed, turns } };
}

function removeConversation(state: ChatState, { id, tree, next }: Extract<ChatAction, { type: "conversation-removed" }>): ChatState {
  const conversation = state.conversations.get(id);
  if (!conversation) return state;
  const trees = new Map(state.trees);
  trees.delete(id);
  const conversations = new Map(state.conversations);
  conversations.delete(id);
  const removed: Removed = { kind: "conversation", conversation, turns: [...tree.values()] };
  if (state.current !== id) return show({ ...state, conversations, removed }, trees);
  return show({ ...state, conversations: conversations.set(next.id, next), current: next.id, removed }, trees);
}

function restore(state: ChatState): ChatState {
  const { removed } = state;
  switch (removed?.kind) {
    case undefined:
      return state;
    case "turns": {
      const { conversation: id, turns, chosen } = removed;
      const back = updateConversation({ ...state, removed: undefined }, id, (conversation) => ({ ...conversation, chosen }));
      return withTree(back, id, addTurns(state.trees.get(id) ?? emptyTree, turns));
    }
    case "conversation": {
      const { conversation, turns } = removed;
      const conversations = new Map(state.conversations).set(conversation.id, conversation);
      return withTree({ ...state, conversations, current: conversation.id, removed: undefined }, conversation.id, addTurns(emptyTree, turns));
    }
  }
}

function refresh(state: ChatState, { id, conversation, tree }: Extract<ChatAction, { type: "refreshed" }>): ChatState {
  const conversations = new Map(state.conversations);
  // What is shown here stays, even if it was deleted elsewhere.
  if (conversation) conversations.set(id, id === state.current ? { ...conversation, chosen: state.conversations.get(id)?.chosen ?? conversation.chosen } : conversation);
  else if (id !== state.current) conversations.delete(id);
  const own = state.trees.get(id);
  if (!own || !tree) return { ...state, conversations };
  const merged = new Map([...tree].map(([turnId, turn]) => [turnId, newer(own.get(turnId), turn)]));
  return show({ ...state, conversations }, new Map(state.trees).set(id, merged));
}

/** Which of two versions of a turn knows more: two pages may follow the same run. */
function newer(own: Turn | undefined, other: Turn): Turn {
  if (own?.role !== "assistant" || other.role !== "assistant") return own ?? other;
  if (own.run !== other.run) return isRunning(own) ? own : other;
  if (own.seq !== other.seq) return own.seq > other.seq ? own : other;
  return isRunning(own) && !isRunning(other) ? other : own.rating === other.rating ? own : { ...own, rating: other.rating };
}
