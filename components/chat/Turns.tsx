"use client";

import { ZoomStep } from "../agents/ZoomStep.tsx";
import { useShortcut } from "../shell/Shortcuts.tsx";
import { useBusy } from "./AnswerActions.tsx";
import { AssistantMessage } from "./AssistantMessage.tsx";
import type { Turn, UserTurn } from "./turns.ts";
import { useEditing } from "./useEditing.ts";
import { UserMessage } from "./UserMessage.tsx";

/** What was said, one turn below the other. */
export default function Turns({ turns }: { turns: readonly Turn[] }) {
  const last = turns.at(-1);
  const edit = useEditing();
  const busy = useBusy();
  const asked = turns.findLast((turn): turn is UserTurn => turn.role === "user" && !turn.tool);
  useShortcut("editLast", asked && !busy ? () => edit(asked) : undefined);
  return (
    <div className="mx-auto grid w-full max-w-3xl grid-cols-[minmax(0,1fr)] content-start gap-7 px-5 py-8 sm:px-8">
      {turns.map((turn, index) => {
        if (turn.role === "assistant") return <AssistantMessage key={turn.parent} turn={turn} last={turn === last} />;
        if (turn.tool) return <ZoomStep key={turn.parent} turn={turn} tool={turn.tool} />;
        return <UserMessage key={turn.parent} turn={turn} answer={turns[index + 1]?.id} />;
      })}
    </div>
  );
}
