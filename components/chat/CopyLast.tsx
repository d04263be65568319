"use client";

import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { useShortcut } from "../shell/Shortcuts.tsx";
import { copyText } from "../ui/copyText.ts";
import { useSessions } from "./Sessions.tsx";

/** How long it is said that something was copied (ms). */
const shown = 2000;

/** Answers the shortcut that copies the last answer, and says what came of it. */
export function CopyLast() {
  const t = useTranslations("chat");
  const { chat } = useSessions();
  const [result, setResult] = useState<"copied" | "copyFailed">();
  useShortcut("copyLast", () => {
    const last = chat.store.get().turns.findLast(({ role, text }) => role === "assistant" && text !== "");
    if (!last) return;
    copyText(last.text).then(
      () => setResult("copied"),
      () => setResult("copyFailed"),
    );
  });
  useEffect(() => {
    if (!result) return;
    const timer = setTimeout(() => setResult(undefined), shown);
    return () => clearTimeout(timer);
  }, [result]);
  return (
    <div role="status" className="pointer-events-none flex justify-center">
      {result && <p className="animate-appear rounded-full bg-ink px-4 py-2 text-sm text-canvas shadow-lg">{t(result)}</p>}
    </div>
  );
}
