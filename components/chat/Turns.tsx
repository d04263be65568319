"use client";

import { useShortcut } from "../shell/Shortcuts.tsx";
import { useBusy } from "./AnswerActions.tsx";
import { TurnList } from "./TurnList.tsx";
import type { Turn, UserTurn } from "./turns.ts";
import { useEditing } from "./useEditing.ts";

/** What was said, one turn below the other. */
export default function Turns({ turns }: { turns: readonly Turn[] }) {
  const edit = useEditing();
  const busy = useBusy();
  const asked = turns.findLast((turn): turn is UserTurn => turn.role === "user" && !turn.tool);
  useShortcut("editLast", asked && !busy ? () => edit(asked) : undefined);
  return (
    <div className="mx-auto grid w-full max-w-3xl grid-cols-[minmax(0,1fr)] content-start gap-7 px-5 py-8 sm:px-8">
      <TurnList turns={turns} />
    </div>
  );
}
