import { describe, expect, it } from "vitest";
import { initialChat, reduceChat, type ChatAction, type ChatState } from "./reducer.ts";
import { finish, picture, text } from "./testing.ts";
import { toChatMessages, type AssistantTurn } from "./turns.ts";

const run = "11111111-1111-4111-8111-111111111111";
const again = "22222222-2222-4222-8222-222222222222";
const sent: ChatAction = { type: "sent", run, user: { role: "user", id: "u", text: "What is this?", media: [picture] } };

function after(...actions: ChatAction[]): ChatState {
  return actions.reduce(reduceChat, initialChat);
}

function lastAnswer(state: ChatState): AssistantTurn {
  const turn = state.turns.at(-1);
  if (turn?.role !== "assistant") throw new Error("no answer");
  return turn;
}

const events = (at: number, ...list: [number, Parameters<typeof text>][]): ChatAction => ({
  type: "events",
  run,
  at,
  events: list.map(([seq, content]) => ({ seq, event: text(...content) })),
});

describe("an answer", () => {
  it("waits, works, is written and ends", () => {
    let state = after(sent);
    expect(lastAnswer(state).state).toEqual({ name: "waiting" });
    state = reduceChat(state, { type: "events", run, at: 0, events: [{ seq: 1, event: { type: "phase", phase: { name: "prefill", done: 5, total: 10 } } }] });
    expect(lastAnswer(state).state).toMatchObject({ name: "working", phase: { done: 5 } });
    state = reduceChat(state, events(1000, [2, ["A red", 2]], [3, [" circle", 3]]));
    expect(lastAnswer(state)).toMatchObject({ text: "A red circle", tokens: 3, seq: 3, state: { name: "writing" } });
    state = reduceChat(state, { type: "events", run, at: 2000, events: [{ seq: 4, event: finish("eos", 3) }] });
    expect(lastAnswer(state)).toMatchObject({ text: "A red circle", tokens: 3, state: { name: "finished", reason: "eos" } });
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
    expect(lastAnswer(reduceChat(begun, { type: "events", run, at: 0, events: [{ seq: 2, event: { type: "error", error } }] }))).toMatchObject({ text: "Half", state: { name: "failed", error } });
    expect(lastAnswer(reduceChat(begun, { type: "refused", run, error }))).toMatchObject({ text: "Half", state: { name: "failed" } });
    expect(lastAnswer(reduceChat(begun, { type: "unknown-run", run }))).toMatchObject({ text: "Half", state: { name: "interrupted" } });
  });

  it("that ended stays as it is when its run is forgotten", () => {
    const state = after(sent, { type: "events", run, at: 0, events: [{ seq: 1, event: finish("eos") }] }, { type: "unknown-run", run });
    expect(lastAnswer(state).state.name).toBe("finished");
  });

  it("is replaced when it is made again", () => {
    const state = after(sent, events(0, [1, ["Old", 1]]), { type: "regenerated", run: again });
    expect(state.turns).toHaveLength(2);
    expect(lastAnswer(state)).toMatchObject({ id: again, text: "", state: { name: "waiting" } });
  });
});

describe("a cleared conversation", () => {
  it("comes back whole, with what its answer became meanwhile", () => {
    const state = after(sent, events(0, [1, ["A", 1]]), { type: "cleared" }, events(1, [2, ["B", 2]]));
    expect(state.turns).toEqual([]);
    expect(lastAnswer(reduceChat(state, { type: "restored" })).text).toBe("AB");
  });

  it("is gone for good once forgotten, or when something new is sent", () => {
    const state = after(sent, { type: "cleared" });
    expect(reduceChat(state, { type: "forgotten" }).cleared).toBeUndefined();
    expect(reduceChat(state, sent).cleared).toBeUndefined();
  });
});

describe("toChatMessages", () => {
  it("puts media before the text, and leaves out empty answers and what comes after", () => {
    const state = after(sent, { type: "refused", run, error: { code: "internal", params: {} } }, { type: "sent", run: again, user: { role: "user", id: "v", text: "", media: [picture] } });
    expect(toChatMessages(state.turns, again)).toEqual([
      { role: "user", content: [{ type: "image", media: picture.id }, { type: "text", text: "What is this?" }] },
      { role: "user", content: [{ type: "image", media: picture.id }] },
    ]);
  });
});
