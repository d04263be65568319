"use client";

import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from "react";
import { isOfAnother, ofAccount } from "../access/account.ts";
import { cropPicture } from "../agents/cropPicture.ts";
import { ZoomTool, type ZoomToolOptions } from "../agents/zoomTool.ts";
import { emptyDraft, type Draft } from "../composer/draft.ts";
import { Drafts } from "../composer/drafts.ts";
import type { DraftSession } from "../composer/draftSession.ts";
import { Database } from "../conversations/database.ts";
import { MediaKeeper } from "../conversations/media.ts";
import { uploadFile } from "../media/upload.ts";
import { readDefaults } from "../settings/savedDefaults.ts";
import { defaultSettings, type ConversationSettings } from "../settings/settings.ts";
import { pacedFrames } from "./pacedFrames.ts";
import { pacedStore } from "../ui/pacedStore.ts";
import { pagePlace } from "./pagePlace.ts";
import { initialChat, type ChatState } from "./reducer.ts";
import { ChatSession } from "./session.ts";
import { isAnswering } from "./turns.ts";

export interface Sessions {
  chat: ChatSession;
  /** Of the conversation that is shown. */
  draft: DraftSession;
  media: MediaKeeper;
  database: Database;
  zoom: ZoomTool;
}

const Context = createContext<Sessions | undefined>(undefined);

/** Where the conversations' state is read from: the reader's own, or one that is only shown. */
const StateContext = createContext<Pick<ChatSession["store"], "get" | "subscribe"> | undefined>(undefined);

/** The page has other things to do first (ms). */
const sweepDelay = 15_000;

/** Nothing of this page is asked in the name of another account, which has logged in meanwhile: the page begins anew as theirs. */
function connect(): WebSocket {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
  if (isOfAnother()) {
    socket.close();
    location.reload();
  }
  return socket;
}

function createSessions() {
  const database = new Database();
  const media = new MediaKeeper({ database, upload: uploadFile });
  const chat = new ChatSession({
    connect,
    database,
    media,
    place: pagePlace,
    settings: readDefaults,
    ...(typeof window !== "undefined" && { channel: new BroadcastChannel(ofAccount("conversations")) }),
    onAnswered: (name) => void zoom.answered(name),
    schedule: pacedFrames(),
  });
  const find: ZoomToolOptions["find"] = async (turns) => (await import("../agents/pendingZoom.ts")).pendingZoom(turns);
  const zoom = new ZoomTool({ chat, upload: media.upload, crop: cropPicture, find });
  return { database, media, chat, zoom, drafts: new Drafts({ database, upload: media.upload }) };
}

/** Owns the conversations and their drafts for as long as the page is open. */
export function SessionsProvider({ children }: { children: ReactNode }) {
  const [{ chat, drafts, media, database, zoom }] = useState(createSessions);
  const current = useSyncExternalStore(
    chat.store.subscribe,
    () => chat.store.get().current,
    () => chat.store.get().current,
  );
  useEffect(() => {
    const save = () => {
      void chat.flush();
      void drafts.flush();
    };
    const hurry = () => chat.hurry();
    const whenVisible = () => (document.hidden ? save() : hurry());
    chat.start();
    drafts.start();
    const sweep = setTimeout(() => void media.sweep().catch(() => undefined), sweepDelay);
    addEventListener("pagehide", save);
    addEventListener("online", hurry);
    document.addEventListener("visibilitychange", whenVisible);
    return () => {
      clearTimeout(sweep);
      removeEventListener("pagehide", save);
      removeEventListener("online", hurry);
      document.removeEventListener("visibilitychange", whenVisible);
      chat[Symbol.dispose]();
    };
  }, [chat, drafts, media]);
  const sessions = useMemo(() => ({ chat, media, database, zoom, draft: drafts.of(current) }), [chat, media, database, zoom, drafts, current]);
  return (
    <StateContext value={chat.store}>
      <Context value={sessions}>{children}</Context>
    </StateContext>
  );
}

/** Shows a conversation that is nobody's here: everything below can read it, and nothing can change it. */
export function ReadOnlyChat({ state, children }: { state: ChatState; children: ReactNode }) {
  const store = useMemo(() => ({ get: () => state, subscribe: () => () => undefined }), [state]);
  return <StateContext value={store}>{children}</StateContext>;
}

export function useSessions(): Sessions {
  const sessions = useContext(Context);
  if (!sessions) throw new Error("useSessions outside of SessionsProvider");
  return sessions;
}

/** Undefined where a conversation is only shown. */
export function useOwnSessions(): Sessions | undefined {
  return useContext(Context);
}

/** Whether the conversation is only shown, so that nothing is offered that would change it. */
export function useReadOnly(): boolean {
  return useContext(Context) === undefined;
}

/** A part of the conversations' state; `select` must give the same object while nothing changed. */
export function useChat<Value>(select: (state: ChatState) => Value): Value {
  const store = useContext(StateContext);
  if (!store) throw new Error("useChat outside of SessionsProvider");
  return useSyncExternalStore(
    store.subscribe,
    () => select(store.get()),
    () => select(initialChat),
  );
}

/** The same for what is dear to show: while an answer is written it is looked at once in so many milliseconds. */
export function usePacedChat<Value>(select: (state: ChatState) => Value, interval: number): Value {
  const store = useContext(StateContext);
  if (!store) throw new Error("usePacedChat outside of SessionsProvider");
  const paced = useMemo(() => pacedStore(store, { interval, applies: ({ turns }) => isAnswering(turns) }), [store, interval]);
  return useSyncExternalStore(
    paced.subscribe,
    () => select(paced.get()),
    () => select(initialChat),
  );
}

/** Of the conversation that is shown; changed by `chat.updateSettings`. */
export function useConversationSettings(): ConversationSettings {
  return useChat((state) => state.conversations.get(state.current)?.settings ?? defaultSettings);
}

export function useDraft<Value>(select: (draft: Draft) => Value): Value {
  const { store } = useSessions().draft;
  return useSyncExternalStore(
    store.subscribe,
    () => select(store.get()),
    () => select(emptyDraft),
  );
}
