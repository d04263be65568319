"use client";

import { useTranslations } from "use-intl";
import { Announcer } from "./Announcer.tsx";
import { AssistantMessage } from "./AssistantMessage.tsx";
import type { Turn } from "./turns.ts";
import { UserMessage } from "./UserMessage.tsx";

/** All turns. The log itself is silent for screen readers: the announcer reads whole sentences instead of tokens. */
export function Conversation({ turns }: { turns: readonly Turn[] }) {
  const t = useTranslations("chat");
  const last = turns.at(-1);
  return (
    <>
      <div role="log" aria-label={t("log")} aria-live="off" className={turns.length > 0 ? "mx-auto grid w-full max-w-3xl grid-cols-[minmax(0,1fr)] gap-7 px-5 py-8 sm:px-8" : "contents"}>
        {turns.map((turn) =>
          turn.role === "user" ? <UserMessage key={turn.id} turn={turn} /> : <AssistantMessage key={turn.id} turn={turn} last={turn === last} />,
        )}
      </div>
      <Announcer answer={last?.role === "assistant" ? last : undefined} />
    </>
  );
}
