import { describe, expect, test } from "vitest";
import { ariaKeys, keyNames, matching, shortcutOf, shortcuts, type KeyStroke } from "./shortcuts.ts";

function stroke(changes: Partial<KeyStroke>): KeyStroke {
  return { key: "", code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, keyCode: 0, isComposing: false, ...changes };
}

const ids = (changes: Partial<KeyStroke>, platform: "mac" | "other" = "other", inText = false) =>
  matching(stroke(changes), platform, inText).map(({ id }) => id);

describe("shortcuts", () => {
  test("Ctrl+K searches, on a Mac ⌘K, and neither with more keys held", () => {
    expect(ids({ key: "k", ctrlKey: true }, "other", true)).toEqual(["search"]);
    expect(ids({ key: "k", metaKey: true }, "mac", true)).toEqual(["search"]);
    expect(ids({ key: "k", ctrlKey: true }, "mac")).toEqual([]); // deletes to the end of the line there
    expect(ids({ key: "K", ctrlKey: true, shiftKey: true })).toEqual([]);
    expect(ids({ key: "k", ctrlKey: true, altKey: true })).toEqual([]); // AltGr
  });

  test("a key that an input method takes is no shortcut", () => {
    expect(ids({ key: "Escape", isComposing: true })).toEqual([]);
    expect(ids({ key: "Escape", keyCode: 229 })).toEqual([]);
    expect(ids({ key: "Escape" })).toEqual(["stop", "closeViewer"]);
  });

  test("the question mark is a character where one writes", () => {
    expect(ids({ key: "?", shiftKey: true })).toEqual(["help"]);
    expect(ids({ key: "?", shiftKey: true }, "other", true)).toEqual([]);
  });

  test("letters are found on other layouts: by what they type, else by their place", () => {
    expect(ids({ key: "т", code: "KeyN", altKey: true })).toEqual(["newConversation"]);
    expect(ids({ key: "n", code: "KeyL", altKey: true })).toEqual(["newConversation"]); // Dvorak
    expect(ids({ key: "b", code: "KeyN", altKey: true })).toEqual([]);
  });

  test("no two mean the same keys, but Esc", () => {
    const keys = shortcuts.filter(({ key }) => key !== "Escape").map((shortcut) => ariaKeys(shortcut, "mac"));
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("none is a browser's: no Alt with the letter of a menu, no Ctrl but K", () => {
    for (const { modifier, key } of shortcuts) {
      if (modifier === "page") expect("fevsbthd").not.toContain(key);
      if (modifier === "primary") expect(key).toBe("k");
    }
  });

  test("names are those on the keys", () => {
    expect(keyNames(shortcutOf("search"), "mac")).toEqual(["⌘", "K"]);
    expect(keyNames(shortcutOf("newConversation"), "other")).toEqual(["Alt", "N"]);
    expect(ariaKeys(shortcutOf("newConversation"), "mac")).toBe("Control+Meta+N");
    expect(keyNames(shortcutOf("stop"), "other")).toEqual(["Esc"]);
  });
});
