import { describe, expect, it } from "vitest";
import { newConversation } from "../conversations/conversation.ts";
import { initialChat, reduceChat, type ChatAction, type ChatState } from "./reducer.ts";
import { finish, picture, text } from "./testing.ts";
import { newAnswer, newQuestion, type AssistantTurn } from "./turns.ts";

const talk = "talk";
const run = "11111111-1111-4111-8111-111111111111";
const again = "22222222-2222-4222-8222-222222222222";
const name = { conversation: talk, turn: run };
const question = newQuestion({ parent: talk, created: 1 }, { text: "What is this?", media: [picture] });
const answer = newAnswer({ parent: question.id, created: 1 }, run);
const start: ChatState = { ...initialChat, loaded: true, current: talk, conversations: new Map([[talk, newConversation(talk, 0)]]) };
const sent: ChatAction = { type: "added", conversation: talk, turns: [question, answer], at: 1 };

function after(...actions: ChatAction[]): ChatState {
  return actions.reduce(reduceChat, start);
}

function lastAnswer(state: ChatState): AssistantTurn {
  const turn = state.turns.at(-1);
  if (turn?.role !== "assistant") throw new Error("no answer");
  return turn;
}

const events = (at: number, ...list: [number, Parameters<typeof text>][]): ChatAction => ({
  type: "events",
  ...name,
  at,
  events: list.map(([seq, content]) => ({ seq, event: text(...content) })),
});
const ended = (reason: Parameters<typeof finish>[0], seq = 9): ChatAction => ({ type: "events", ...name, at: 0, events: [{ seq, event: finish(reason, 3) }] });

describe("an answer", () => {
  it("waits, works, is written and ends", () => {
    let state = after(sent);
    expect(lastAnswer(state).state).toEqual({ name: "waiting" });
    expect(state.running).toEqual(new Set([talk]));
    state = reduceChat(state, { type: "events", ...name, at: 0, events: [{ seq: 1, event: { type: "phase", phase: { name: "prefill", done: 5, total: 10 } } }] });
    expect(lastAnswer(state).state).toMatchObject({ name: "working", phase: { done: 5 } });
    state = reduceChat(state, events(1000, [2, ["A red", 2]], [3, [" circle", 3]]));
    expect(lastAnswer(state)).toMatchObject({ text: "A red circle", tokens: 3, seq: 3, state: { name: "writing" } });
    state = reduceChat(state, ended("eos", 4));
    expect(lastAnswer(state)).toMatchObject({ text: "A red circle", tokens: 3, state: { name: "finished", reason: "eos" } });
    expect(state.running.size).toBe(0);
  });

  it("takes every event once, whatever is sent again", () => {
    const state = after(sent, events(0, [1, ["one ", 1]], [2, ["two ", 2]]), events(1, [1, ["one ", 1]], [2, ["two ", 2]], [3, ["three", 3]]));
    expect(lastAnswer(state).text).toBe("one two three");
  });

  it("measures the rate from the second frame on, so that a replay does not count", () => {
    const state = after(sent, events(0, [1, ["a", 100]]), events(1000, [2, ["b", 120]]));
    expect(lastAnswer(state).state).toMatchObject({ rate: 20 });
  });

  it("keeps its text when it fails, is refused or is not known any more", () => {
    const begun = after(sent, events(0, [1, ["Half", 1]]));
    const error = { code: "worker_restarted", params: {} } as const;
    expect(lastAnswer(reduceChat(begun, { type: "events", ...name, at: 0, events: [{ seq: 2, event: { type: "error", error } }] }))).toMatchObject({ text: "Half", state: { name: "failed", error } });
    expect(lastAnswer(reduceChat(begun, { type: "refused", ...name, error }))).toMatchObject({ text: "Half", state: { name: "failed" } });
    expect(lastAnswer(reduceChat(begun, { type: "unknown-run", ...name }))).toMatchObject({ text: "Half", state: { name: "interrupted" } });
  });

  it("that ended stays as it is when its run is forgotten", () => {
    expect(lastAnswer(after(sent, ended("eos"), { type: "unknown-run", ...name })).state.name).toBe("finished");
  });

  it("goes on with its text in another run", () => {
    const state = after(sent, events(0, [1, ["One, ", 1]]), ended("length"), { type: "begun", ...name, run: again, continued: 5 }, events(1, [1, ["two", 1]]));
    expect(lastAnswer(state)).toMatchObject({ id: run, run: again, text: "One, two", continued: 5, seq: 1 });
  });

  it("leaves the other turns alone while it is written", () => {
    const before = after(sent);
    const state = reduceChat(before, events(0, [1, ["a", 1]]));
    expect(state.turns[0]).toBe(before.turns[0]);
    expect(state.siblings).toBe(before.siblings);
  });
});

describe("a conversation", () => {
  it("has its first words as its title, and keeps the one that it was given", () => {
    expect(after(sent).conversations.get(talk)).toMatchObject({ title: "What is this?", updated: 1 });
    const renamed = after({ type: "conversation-changed", id: talk, change: { title: "Shapes" } }, sent);
    expect(renamed.conversations.get(talk)?.title).toBe("Shapes");
  });

  it("shows the newest version, and the one that is chosen, each with what follows it", () => {
    const other = newAnswer({ parent: question.id, created: 2 }, again);
    const next = newQuestion({ parent: run, created: 3 }, { text: "And?", media: [] });
    const state = after(sent, ended("eos"), { type: "added", conversation: talk, turns: [next], at: 2 }, { type: "added", conversation: talk, turns: [other], at: 2 });
    expect(state.turns.map(({ id }) => id)).toEqual([question.id, again]);
    expect(state.siblings.get(again)).toEqual([run, again]);
    expect(reduceChat(state, { type: "chosen", ...name }).turns.map(({ id }) => id)).toEqual([question.id, run, next.id]);
  });

  it("loses a message with what follows it, and gets it back with what became of it meanwhile", () => {
    const removed = after(sent, events(0, [1, ["A", 1]]), { type: "removed", conversation: talk, turn: question.id }, events(1, [2, ["B", 2]]));
    expect(removed.turns).toEqual([]);
    expect(lastAnswer(reduceChat(removed, { type: "restored" })).text).toBe("AB");
    expect(reduceChat(reduceChat(removed, { type: "forgotten" }), { type: "restored" }).turns).toEqual([]);
  });

  it("that is deleted makes room for a new one, and comes back whole", () => {
    const state = after(sent, ended("eos"));
    const next = newConversation("next", 5);
    const removed = reduceChat(state, { type: "conversation-removed", id: talk, tree: state.trees.get(talk) ?? new Map(), next });
    expect([removed.current, removed.turns, removed.conversations.has(talk)]).toEqual(["next", [], false]);
    const back = reduceChat(removed, { type: "restored" });
    expect([back.current, back.turns]).toEqual([talk, state.turns]);
  });

  it("stays in memory while its answer is under way, though another is shown", () => {
    const other = newConversation("other", 5);
    const away = after(sent, { type: "opened", conversation: other, tree: new Map(), reveal: undefined });
    expect([away.turns, [...away.running]]).toEqual([[], [talk]]);
    const written = reduceChat(away, events(0, [1, ["meanwhile", 1]]));
    expect(written.turns).toBe(away.turns);
    const conversation = written.conversations.get(talk) ?? other;
    expect(lastAnswer(reduceChat(written, { type: "opened", conversation, tree: new Map(), reveal: undefined })).text).toBe("meanwhile");
  });
});

describe("what another page has changed", () => {
  it("is taken over, but for an answer that is further here", () => {
    const state = after(sent, events(0, [1, ["A", 1]], [2, ["B", 2]]));
    const theirs = { ...answer, text: "A", seq: 1 };
    const more = newQuestion({ parent: run, created: 9 }, { text: "More", media: [] });
    const conversation = { ...newConversation(talk, 0), title: "Renamed" };
    const tree = new Map([question, theirs, more].map((turn) => [turn.id, turn]));
    const merged = reduceChat(state, { type: "refreshed", id: talk, conversation, tree });
    expect(merged.conversations.get(talk)?.title).toBe("Renamed");
    expect(merged.turns).toMatchObject([{ id: question.id }, { text: "AB" }, { text: "More" }]);
  });
});
