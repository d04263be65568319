"use client";

import { useEffect } from "react";
import { useTranslations } from "use-intl";
import { focusMessageBox } from "../composer/focusMessageBox.ts";
import { useChat, useSessions } from "./Sessions.tsx";

const undoTime = 8000;

/** After something was deleted: instead of asking first, it can be undone for a few seconds. */
export function Undo() {
  const t = useTranslations("chat");
  const { chat } = useSessions();
  const removed = useChat((state) => state.removed?.kind);
  const what = useChat((state) => (state.removed?.kind === "conversation" ? state.removed.conversation.id : state.removed?.turns[0]?.id));
  useEffect(() => {
    if (what === undefined) return;
    const timer = setTimeout(() => chat.forget(), undoTime);
    return () => clearTimeout(timer);
  }, [what, chat]);
  return (
    <div role="status" className="pointer-events-none flex justify-center">
      {removed && (
        <p className="pointer-events-auto flex animate-appear items-center gap-1 rounded-full bg-ink py-1 pr-1.5 pl-4 text-sm text-canvas shadow-lg">
          {t(removed === "turns" ? "messageDeleted" : "conversationDeleted")}
          <button
            type="button"
            onClick={() => {
              chat.restore();
              focusMessageBox();
            }}
            className="min-h-11 rounded-full px-3 font-semibold underline-offset-3 hover:underline md:min-h-8"
          >
            {t("undo")}
          </button>
        </p>
      )}
    </div>
  );
}
