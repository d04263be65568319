"use client";

import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from "react";
import { ariaKeys, isText, matching, shortcutOf, type Platform, type ShortcutId } from "./shortcuts.ts";

/** Who answers which shortcut; of several the one that came last. */
class Answers {
  readonly #handlers = new Map<ShortcutId, (() => void)[]>();

  add(id: ShortcutId, handler: () => void): () => void {
    const handlers = this.#handlers.get(id) ?? [];
    this.#handlers.set(id, [...handlers, handler]);
    return () => this.#handlers.set(id, (this.#handlers.get(id) ?? []).filter((other) => other !== handler));
  }

  of(id: ShortcutId): (() => void) | undefined {
    return this.#handlers.get(id)?.at(-1);
  }
}

const Context = createContext<Answers | undefined>(undefined);

/** Listens to the keyboard for the whole page; `useShortcut` says what is to be done. */
export function ShortcutsProvider({ children }: { children: ReactNode }) {
  const [answers] = useState(() => new Answers());
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // A dialog has its own keys, above all Esc.
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      for (const { id } of matching(event, platform(), isText(event.target))) {
        const handler = answers.of(id);
        if (!handler) continue;
        event.preventDefault();
        handler();
        return;
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [answers]);
  return <Context value={answers}>{children}</Context>;
}

/** Answers a shortcut while the component is there and has something to do; `undefined` leaves it to others. */
export function useShortcut(id: ShortcutId, handler: (() => void) | undefined): void {
  const answers = useContext(Context);
  if (!answers) throw new Error("useShortcut outside of ShortcutsProvider");
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  const active = handler !== undefined;
  useEffect(() => (active ? answers.add(id, () => latest.current?.()) : undefined), [answers, id, active]);
}

function platform(): Platform {
  return /Mac|iPhone|iPad/.test(navigator.userAgent) ? "mac" : "other";
}

/** Which keys the reader has; those of a PC until the page is there. */
export function usePlatform(): Platform {
  return useSyncExternalStore(neverChanges, platform, () => "other" as const);
}

const neverChanges = () => () => undefined;

/** For `aria-keyshortcuts`. */
export function useAriaKeys(id: ShortcutId): string {
  return ariaKeys(shortcutOf(id), usePlatform());
}
