"use client";

import { useCallback, useRef } from "react";
import { useMessages } from "use-intl";
import { useConversationSettings, useSessions } from "../chat/Sessions.tsx";
import { focusMessageBox } from "../composer/focusMessageBox.ts";
import { useServerConfig } from "../model/useServer.tsx";
import type { ConversationSettings } from "../settings/settings.ts";
import type { Example } from "./examples.ts";

export type TryExample = (example: Example, options: { send: boolean }) => void;

/** Puts an example into the composer, with its settings, in the place of what another example has put there; sends it where that is asked. */
export function useExample(): TryExample {
  const { chat, draft } = useSessions();
  const texts = useMessages().gallery.examples;
  const limits = useServerConfig()?.limits;
  const settings = useConversationSettings();
  // As they were before the first example: the next one begins with them again.
  const former = useRef<ConversationSettings>(undefined);
  const latest = useRef<Example>(undefined);
  return useCallback(
    (example, { send }) => {
      former.current ??= settings;
      latest.current = example;
      chat.updateSettings({ ...former.current, ...example.settings });
      for (const { key } of draft.store.get().attachments) draft.remove(key);
      draft.store.dispatch({ type: "typed", text: texts[example.id].prompt });
      focusMessageBox();
      Promise.all(example.media.map(fetchMedium)).then(
        (files) => {
          if (latest.current !== example) return;
          draft.attach(files, limits);
          if (send) draft.store.dispatch({ type: "send-asked", wanted: true });
        },
        () => draft.reject({ code: "network", params: {} }),
      );
    },
    [chat, draft, texts, limits, settings],
  );
}

async function fetchMedium(url: string): Promise<File> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`example ${url}: ${response.status}`);
  return new File([await response.blob()], url.slice(url.lastIndexOf("/") + 1), { type: url.endsWith(".mp4") ? "video/mp4" : "image/png" });
}
