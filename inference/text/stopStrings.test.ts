import { describe, expect, it } from "vitest";
import { StopStrings } from "./stopStrings.ts";

/** Everything that is shown when a text comes in these pieces, and whether it was stopped. */
function run(stops: readonly string[], pieces: readonly string[]): { shown: string[]; stopped: boolean } {
  const watch = new StopStrings(stops);
  const results = pieces.map((piece) => watch.push(piece));
  return { shown: [...results.map(({ text }) => text), watch.flush()], stopped: results.at(-1)?.stopped ?? false };
}

describe("StopStrings", () => {
  it("lets everything through without stop strings", () => {
    expect(run([], ["a", "b"])).toEqual({ shown: ["a", "b", ""], stopped: false });
  });

  it("ends before the stop string, which may come in pieces, and drops what follows", () => {
    expect(run(["END"], ["one E", "N", "D two", "three"])).toEqual({ shown: ["one ", "", "", "", ""], stopped: true });
    expect(run(["END"], ["oneENDtwo"])).toEqual({ shown: ["one", ""], stopped: true });
  });

  it("holds back only what may begin a stop string, and shows it when it does not", () => {
    expect(run(["END"], ["xEN", "x", "yE"])).toEqual({ shown: ["x", "ENx", "y", "E"], stopped: false });
    expect(run(["aab"], ["aaa", "b"])).toEqual({ shown: ["a", "", ""], stopped: true });
  });

  it("stops at the first of several", () => {
    expect(run(["later", "now"], ["a now or later"])).toEqual({ shown: ["a ", ""], stopped: true });
    expect(run(["\n\n", "\nUser:"], ["text\n", "User:"])).toEqual({ shown: ["text", "", ""], stopped: true });
  });
});
