"use client";

import clsx from "clsx";
import { lazy, Suspense, useEffect } from "react";
import { useTranslations } from "use-intl";
import { Announcer } from "./Announcer.tsx";
import { EmptyState } from "./EmptyState.tsx";
import { useChat, useDraft } from "./Sessions.tsx";

// Markdown, code and formulas are most of the page, and nothing of them is needed before something was said.
const loadTurns = () => import("./Turns.tsx");
const Turns = lazy(loadTurns);

/** All turns, or an invitation to the first. The log itself is silent for screen readers: the announcer reads whole sentences instead of tokens. */
export function Conversation({ embedded }: { embedded: boolean }) {
  const t = useTranslations("chat");
  const loaded = useChat((state) => state.loaded);
  const turns = useChat((state) => state.turns);
  const last = turns.at(-1);
  const begun = useDraft((draft) => draft.text !== "" || draft.attachments.length > 0);
  useEffect(() => {
    // Where it fails, showing the turns says so.
    if (begun) loadTurns().catch(() => undefined);
  }, [begun]);
  return (
    <>
      <div role="log" aria-label={t("log")} aria-live="off" className="grid min-h-full grid-cols-[minmax(0,1fr)]">
        {/* Part of the page as the server sends it. Who was here before sees it once the database was read: a conversation must not begin with the invitation to begin one. */}
        {turns.length === 0 && (
          <div className={clsx(!loaded && "first-visit")}>
            <EmptyState embedded={embedded} />
          </div>
        )}
        {turns.length > 0 && (
          <Suspense>
            <Turns turns={turns} />
          </Suspense>
        )}
      </div>
      <Announcer answer={last?.role === "assistant" ? last : undefined} />
    </>
  );
}
