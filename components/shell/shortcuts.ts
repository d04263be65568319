/**
 * Every shortcut of the page. Alt (⌃⌘ on a Mac) with a letter that no browser uses for its menus, because Ctrl with Shift
 * and a letter is nearly everywhere the browser's; no shortcut types a character on any layout.
 */

export type ShortcutId = "search" | "newConversation" | "editLast" | "copyLast" | "toggleHistory" | "focusBox" | "stop" | "closeViewer" | "help";

export type Platform = "mac" | "other";

/** Held together with the key. `primary`: Ctrl, ⌘ on a Mac. `page`: Alt, ⌃⌘ on a Mac. */
type Modifier = "primary" | "page" | "none";

export interface Shortcut {
  id: ShortcutId;
  modifier: Modifier;
  /** As `KeyboardEvent.key` has it; letters in lower case. */
  key: string;
  /** Not while the reader writes, where the key is a character. */
  outsideText?: true;
}

/** In the order of the help. Where two have the same key, the first one that has something to do is meant. */
export const shortcuts: readonly Shortcut[] = [
  { id: "search", modifier: "primary", key: "k" },
  { id: "newConversation", modifier: "page", key: "n" },
  { id: "focusBox", modifier: "page", key: "i" },
  { id: "stop", modifier: "none", key: "Escape" },
  { id: "editLast", modifier: "page", key: "m" },
  { id: "copyLast", modifier: "page", key: "c" },
  { id: "toggleHistory", modifier: "page", key: "l" },
  { id: "closeViewer", modifier: "none", key: "Escape" },
  { id: "help", modifier: "none", key: "?", outsideText: true },
];

/** The parts of a keyboard event that are looked at. */
export interface KeyStroke {
  key: string;
  /** Where the key lies, for layouts without Latin letters. */
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  keyCode: number;
  isComposing: boolean;
}

/** The shortcuts that this stroke may mean, best first; none while an input method composes. */
export function matching(stroke: KeyStroke, platform: Platform, inText: boolean): readonly Shortcut[] {
  // Safari reports the key that ends a composition after its end, with keyCode 229.
  if (stroke.isComposing || stroke.keyCode === 229) return [];
  return shortcuts.filter((shortcut) => matches(shortcut, stroke, platform) && !(inText && shortcut.outsideText));
}

function matches({ modifier, key }: Shortcut, stroke: KeyStroke, platform: Platform): boolean {
  const held = heldFor(modifier, platform);
  if (stroke.ctrlKey !== held.ctrl || stroke.metaKey !== held.meta || stroke.altKey !== held.alt) return false;
  if (modifier === "none") return stroke.key === key; // "?" needs Shift on most layouts, and not on all
  return !stroke.shiftKey && letterOf(stroke) === key;
}

function heldFor(modifier: Modifier, platform: Platform): { ctrl: boolean; meta: boolean; alt: boolean } {
  const mac = platform === "mac";
  switch (modifier) {
    case "primary":
      return { ctrl: !mac, meta: mac, alt: false };
    case "page":
      return { ctrl: mac, meta: mac, alt: !mac };
    case "none":
      return { ctrl: false, meta: false, alt: false };
  }
}

/** The Latin letter of a key: what it types, or, in Greek or Cyrillic, where it lies. */
function letterOf({ key, code }: KeyStroke): string {
  const typed = key.toLowerCase();
  return /^[a-z]$/.test(typed) ? typed : (/^Key([A-Z])$/.exec(code)?.[1] ?? "").toLowerCase();
}

/** What stands on the keys, one after the other. */
export function keyNames({ modifier, key }: Shortcut, platform: Platform): readonly string[] {
  const held = { primary: platform === "mac" ? ["⌘"] : ["Ctrl"], page: platform === "mac" ? ["⌃", "⌘"] : ["Alt"], none: [] }[modifier];
  return [...held, key === "Escape" ? "Esc" : key.toUpperCase()];
}

/** For `aria-keyshortcuts`. */
export function ariaKeys({ modifier, key }: Shortcut, platform: Platform): string {
  const held = { primary: platform === "mac" ? "Meta+" : "Control+", page: platform === "mac" ? "Control+Meta+" : "Alt+", none: "" }[modifier];
  return held + (key.length === 1 ? key.toUpperCase() : key);
}

export function shortcutOf(id: ShortcutId): Shortcut {
  const found = shortcuts.find((shortcut) => shortcut.id === id);
  if (!found) throw new Error(`No shortcut ${id}`);
  return found;
}

/** Whether a key typed here writes a character. */
export function isText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["button", "checkbox", "radio", "range", "file", "color", "submit", "reset"].includes(target.type);
}
