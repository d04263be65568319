"use client";

import { useCallback } from "react";
import type { MediaRules } from "../../inference/media/cost.ts";
import type { EngineInfo } from "../../inference/protocol.ts";
import { useConversationSettings, useSessions } from "../chat/Sessions.tsx";
import { useEngine } from "../model/useServer.tsx";
import type { ConversationSettings } from "./settings.ts";

/** The settings of the conversation that is shown, and how they are changed. */
export function useSettings(): { settings: ConversationSettings; change: (next: ConversationSettings) => void } {
  const { chat } = useSessions();
  const settings = useConversationSettings();
  const change = useCallback((next: ConversationSettings) => chat.updateSettings(next), [chat]);
  return { settings, change };
}

/** What answers; undefined until it is ready. */
export function useEngineInfo(): EngineInfo | undefined {
  const engine = useEngine();
  return engine?.state === "ready" ? engine.info : undefined;
}

/** How it sizes media. */
export function useMediaRules(): MediaRules | undefined {
  return useEngineInfo()?.media;
}
