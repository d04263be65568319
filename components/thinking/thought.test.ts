import { describe, expect, it } from "vitest";
import { measureThought, type Thought } from "./thought.ts";

interface Frame {
  at: number;
  deltas: readonly string[];
  ended?: boolean;
}

/** What is known after each frame; every delta is one token. */
function measure(frames: readonly Frame[], thinkingModel: boolean): (Thought | undefined)[] {
  let turn: { text: string; tokens: number; thought?: Thought | undefined } = { text: "", tokens: 0 };
  return frames.map(({ at, deltas, ended = false }) => {
    const pieces = deltas.map((delta, index) => ({ delta, tokens: turn.tokens + index + 1 }));
    const after = { text: turn.text + deltas.join(""), tokens: turn.tokens + deltas.length, thought: turn.thought };
    const thought = measureThought(turn, after, { at, pieces, ended, thinkingModel });
    turn = { ...after, thought };
    return thought;
  });
}

describe("measureThought", () => {
  it("measures from the first word to the closing tag", () => {
    const [first, second, last, after] = measure(
      [
        { at: 1000, deltas: ["I", " look"] },
        { at: 3000, deltas: [".", "\n", "more"] },
        { at: 5000, deltas: ["</think>", "\n\n", "A", " circle"] },
        { at: 9000, deltas: ["."], ended: true },
      ],
      true,
    );
    expect(first).toEqual({ prompted: true, ms: 0, tokens: 0, open: { since: 1000, tokens: 0 } });
    expect(second).toEqual(first);
    expect(last).toEqual({ prompted: true, ms: 4000, tokens: 6 });
    expect(after).toEqual(last);
  });

  it("knows nothing of an answer without thinking", () => {
    expect(measure([{ at: 0, deltas: ["A", " circle"] }, { at: 10, deltas: ["."], ended: true }], false)).toEqual([undefined, undefined]);
  });

  it("measures a block that the answer opens itself, and adds up several", () => {
    const known = measure(
      [
        { at: 0, deltas: ["<think>", "A"] },
        { at: 100, deltas: ["</think>", "B"] },
        { at: 500, deltas: ["\n<think>", "C"] },
        { at: 700, deltas: ["</think>"], ended: true },
      ],
      false,
    );
    expect(known.map((thought) => thought?.ms)).toEqual([0, 100, 100, 300]);
    expect(known.map((thought) => thought?.tokens)).toEqual([0, 3, 3, 4 + 2]);
    expect(known[1]?.prompted).toBe(false);
  });

  it("ends with an answer that is stopped while it thinks", () => {
    expect(measure([{ at: 0, deltas: ["A"] }, { at: 2000, deltas: ["B"], ended: true }], true).at(-1)).toEqual({ prompted: true, ms: 2000, tokens: 2 });
  });

  it("says nothing of the time of what arrives all at once, but of its size", () => {
    expect(measure([{ at: 7, deltas: ["A", "</think>", "B"], ended: true }], true)).toEqual([{ prompted: true, ms: 0, tokens: 2 }]);
    expect(measure([{ at: 7, deltas: ["A"] }, { at: 8, deltas: ["</think>", "B"] }], false).at(-1)).toMatchObject({ prompted: false, tokens: 2 });
  });
});
