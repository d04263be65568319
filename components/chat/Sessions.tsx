"use client";

import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { draftRecordSchema, emptyDraft, type Draft } from "../composer/draft.ts";
import { DraftSession } from "../composer/draftSession.ts";
import { uploadFile } from "../media/upload.ts";
import { initialChat, type ChatState } from "./reducer.ts";
import { ChatSession, conversationRecordSchema } from "./session.ts";
import { saved } from "./storage.ts";

interface Sessions {
  chat: ChatSession;
  draft: DraftSession;
}

const Context = createContext<Sessions | undefined>(undefined);

/** Longer than a save takes while an answer streams, shorter than anyone notices. */
const conversationInterval = 800;

function createSessions(): Sessions {
  return {
    chat: new ChatSession({
      connect: () => new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`),
      saved: saved({ key: "conversation", schema: conversationRecordSchema, interval: conversationInterval }),
      // A hidden page has no frames, but its answers are saved and announced all the same.
      schedule: (flush) => {
        if (document.hidden) setTimeout(flush, 250);
        else requestAnimationFrame(flush);
      },
    }),
    draft: new DraftSession({ saved: saved({ key: "draft", schema: draftRecordSchema }), upload: uploadFile }),
  };
}

/** Owns the conversation and the draft for as long as the page is open. */
export function SessionsProvider({ children }: { children: ReactNode }) {
  const [sessions] = useState(createSessions);
  useEffect(() => {
    const { chat, draft } = sessions;
    const save = () => {
      void chat.flush();
      void draft.flush();
    };
    const hurry = () => chat.hurry();
    const whenVisible = () => (document.hidden ? save() : hurry());
    chat.start();
    draft.start();
    addEventListener("pagehide", save);
    addEventListener("online", hurry);
    document.addEventListener("visibilitychange", whenVisible);
    return () => {
      removeEventListener("pagehide", save);
      removeEventListener("online", hurry);
      document.removeEventListener("visibilitychange", whenVisible);
      chat[Symbol.dispose]();
    };
  }, [sessions]);
  return <Context value={sessions}>{children}</Context>;
}

export function useSessions(): Sessions {
  const sessions = useContext(Context);
  if (!sessions) throw new Error("useSessions outside of SessionsProvider");
  return sessions;
}

/** A part of the conversation's state; `select` must give the same object while nothing changed. */
export function useChat<Value>(select: (state: ChatState) => Value): Value {
  const { store } = useSessions().chat;
  return useSyncExternalStore(
    store.subscribe,
    () => select(store.get()),
    () => select(initialChat),
  );
}

export function useDraft<Value>(select: (draft: Draft) => Value): Value {
  const { store } = useSessions().draft;
  return useSyncExternalStore(
    store.subscribe,
    () => select(store.get()),
    () => select(emptyDraft),
  );
}
