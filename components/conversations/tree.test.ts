import { describe, expect, it } from "vitest";
import { newAnswer, newQuestion, type Turn } from "../chat/turns.ts";
import { addTurns, chooseTurn, lineage, removeTurns, shownBranch, treeOf, withFollowers } from "./tree.ts";

const root = "root";
const question = (id: string, parent: string, created: number): Turn => ({ ...newQuestion({ parent, created }, { text: id, media: [] }), id });
const answer = (id: string, parent: string, created: number): Turn => ({ ...newAnswer({ parent, created }, crypto.randomUUID()), id });

// q1 ─ a1 ─ q2 ─ a2
//    └ a3
// q4
const turns = [question("q1", root, 1), answer("a1", "q1", 2), question("q2", "a1", 3), answer("a2", "q2", 4), answer("a3", "q1", 5), question("q4", root, 6)];
const tree = treeOf(turns.toReversed());
const ids = (list: Iterable<Turn>) => [...list].map(({ id }) => id);

describe("a tree of turns", () => {
  it("shows the newest at each turn where nothing is chosen", () => {
    expect(ids(shownBranch(tree, root, {}).turns)).toEqual(["q4"]);
    expect(ids(shownBranch(tree, root, { [root]: "q1" }).turns)).toEqual(["q1", "a3"]);
  });

  it("shows what is chosen with what follows it, and says which other versions there are", () => {
    const { turns: shown, siblings } = shownBranch(tree, root, { [root]: "q1", q1: "a1" });
    expect(ids(shown)).toEqual(["q1", "a1", "q2", "a2"]);
    expect([...siblings]).toEqual([["q1", ["q1", "q4"]], ["a1", ["a1", "a3"]]]);
  });

  it("chooses all that leads to a turn", () => {
    expect(ids(shownBranch(tree, root, chooseTurn(tree, { q2: "a2" }, "q2")).turns)).toEqual(["q1", "a1", "q2", "a2"]);
    expect(ids(lineage(tree, "q2"))).toEqual(["q1", "a1", "q2"]);
  });

  it("loses a turn with all that follows it, and nothing else", () => {
    const lost = withFollowers(tree, "a1");
    expect(ids(lost)).toEqual(["a1", "q2", "a2"]);
    const rest = removeTurns(tree, lost);
    expect(ids(rest.values())).toEqual(["q1", "a3", "q4"]);
    expect(addTurns(rest, lost).size).toBe(tree.size);
  });

  it("ends where a damaged file goes in circles", () => {
    const circle = treeOf([question("x", "y", 1), question("y", "x", 2), question("z", root, 3), question("z2", "z", 4)]);
    expect(ids(shownBranch(circle, root, { z: "z2" }).turns)).toEqual(["z", "z2"]);
    expect(ids(shownBranch(circle, "x", {}).turns)).toEqual(["y", "x"]);
    expect(lineage(circle, "x").length).toBeGreaterThan(0);
    expect(ids(withFollowers(circle, "x"))).toEqual(["x", "y"]);
  });
});
