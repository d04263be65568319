import { describe, expect, it } from "vitest";
import { newQuestion, type Turn } from "../chat/turns.ts";
import { picture } from "../chat/testing.ts";
import { newConversation, shorten } from "./conversation.ts";
import { groupConversations } from "./grouping.ts";
import { searchConversations } from "./search.ts";

const named = (id: string, title: string, updated = 0) => ({ ...newConversation(id, 0), title, updated });
const said = (text: string): Turn => newQuestion({ parent: "x", created: 0 }, { text, media: [picture] });

describe("searchConversations", () => {
  const texts: Readonly<Record<string, Turn[]>> = { a: [said("One"), said(`${"before ".repeat(20)}the RED\n circle${" after".repeat(40)}`)], b: [said("What (is) this?")], c: [said("图里有一个红色圆形")] };
  const conversations = [named("a", "Shapes"), named("b", "A red thing"), named("c", "形状")];
  const find = async (words: string) => {
    const hits = await searchConversations(words, conversations, { readTurns: (id) => Promise.resolve(texts[id] ?? []), signal: new AbortController().signal });
    return hits.map(({ conversation, found }) => [conversation.id, found && `${found.before}[${found.match}]${found.after.slice(0, 8)}`]);
  };

  it("finds words in titles and messages, whatever their case and spaces, and shows the place", async () => {
    expect(await find("red")).toEqual([["a", expect.stringMatching(/^….*the \[RED\] circle /)], ["b", undefined]]);
    expect(await find("red circle")).toEqual([["a", expect.stringContaining("[RED circle] after")]]);
  });

  it("takes signs for themselves, any language, and names of files", async () => {
    expect(await find("(is)")).toEqual([["b", "What [(is)] this?"]]);
    expect(await find("红色")).toEqual([["c", "图里有一个[红色]圆形"]]);
    expect(await find("circle.png")).toHaveLength(3);
    expect(await find("nothing")).toEqual([]);
  });

  it("ends when nobody wants to know any more", async () => {
    const search = searchConversations("x", conversations, { readTurns: () => Promise.resolve([]), signal: AbortSignal.abort() });
    await expect(search).rejects.toThrow();
  });
});

describe("groupConversations", () => {
  it("goes by days, the latest first, what is pinned before all", () => {
    const midnight = new Date(2026, 2, 30).getTime();
    const hour = 3_600_000;
    const groups = groupConversations(
      [named("old", "x", midnight - 30 * hour), named("new", "x", midnight + 2 * hour), named("newer", "x", midnight + 3 * hour), named("evening", "x", midnight - hour), { ...named("kept", "x", 5), pinned: true }, named("unsaid", "", midnight)],
      midnight,
    );
    expect(groups.map(({ group, conversations }) => [group, conversations.map(({ id }) => id)])).toEqual([
      ["pinned", ["kept"]],
      ["today", ["newer", "new"]],
      ["yesterday", ["evening"]],
      ["earlier", ["old"]],
    ]);
  });
});

describe("shorten", () => {
  it("cuts between words, and never within a character", () => {
    expect(shorten("short")).toBe("short");
    expect(shorten("word ".repeat(30))).toMatch(/^(word )+word…$/);
    expect(shorten("👩‍👩‍👧".repeat(70))).toBe(`${"👩‍👩‍👧".repeat(60)}…`);
  });
});
