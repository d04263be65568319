"use client";

import { useEffect } from "react";
import { useTranslations } from "use-intl";
import { focusMessageBox } from "../composer/focusMessageBox.ts";
import { useChat, useSessions } from "./Sessions.tsx";

const undoTime = 8000;

/** After "Clear conversation": instead of asking first, it can be undone for a few seconds. */
export function UndoClear() {
  const t = useTranslations("chat");
  const { chat } = useSessions();
  const cleared = useChat((state) => state.cleared !== undefined);
  useEffect(() => {
    if (!cleared) return;
    const timer = setTimeout(() => chat.forget(), undoTime);
    return () => clearTimeout(timer);
  }, [cleared, chat]);
  return (
    <div role="status" className="pointer-events-none flex justify-center">
      {cleared && (
        <p className="pointer-events-auto flex animate-appear items-center gap-1 rounded-full bg-ink py-1 pr-1.5 pl-4 text-sm text-canvas shadow-lg">
          {t("cleared")}
          <button type="button" onClick={() => {
              chat.restore();
              focusMessageBox();
            }} className="min-h-11 rounded-full px-3 font-semibold underline-offset-3 hover:underline md:min-h-8">
            {t("undo")}
          </button>
        </p>
      )}
    </div>
  );
}
