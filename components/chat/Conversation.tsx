"use client";

import { useTranslations } from "use-intl";
import { ZoomStep } from "../agents/ZoomStep.tsx";
import { useShortcut } from "../shell/Shortcuts.tsx";
import { useBusy } from "./AnswerActions.tsx";
import { Announcer } from "./Announcer.tsx";
import { AssistantMessage } from "./AssistantMessage.tsx";
import { EmptyState } from "./EmptyState.tsx";
import type { Turn, UserTurn } from "./turns.ts";
import { useEditing } from "./useEditing.ts";
import { UserMessage } from "./UserMessage.tsx";

/** All turns, or an invitation to the first. The log itself is silent for screen readers: the announcer reads whole sentences instead of tokens. */
export function Conversation({ loaded, turns }: { loaded: boolean; turns: readonly Turn[] }) {
  const t = useTranslations("chat");
  const last = turns.at(-1);
  const edit = useEditing();
  const busy = useBusy();
  const asked = turns.findLast((turn): turn is UserTurn => turn.role === "user" && !turn.tool);
  useShortcut("editLast", asked && !busy ? () => edit(asked) : undefined);
  return (
    <>
      <div role="log" aria-label={t("log")} aria-live="off" className="grid min-h-full grid-cols-[minmax(0,1fr)]">
        {/* Nothing until the database was read: a conversation must not begin with the invitation to begin one. */}
        {loaded && turns.length === 0 && <EmptyState />}
        {turns.length > 0 && (
          <div className="mx-auto grid w-full max-w-3xl grid-cols-[minmax(0,1fr)] content-start gap-7 px-5 py-8 sm:px-8">
            {turns.map((turn, index) => {
              if (turn.role === "assistant") return <AssistantMessage key={turn.parent} turn={turn} last={turn === last} />;
              if (turn.tool) return <ZoomStep key={turn.parent} turn={turn} tool={turn.tool} />;
              return <UserMessage key={turn.parent} turn={turn} answer={turns[index + 1]?.id} />;
            })}
          </div>
        )}
      </div>
      <Announcer answer={last?.role === "assistant" ? last : undefined} />
    </>
  );
}
