import { useCallback } from "react";
import { focusMessageBox } from "../composer/focusMessageBox.ts";
import { useSessions } from "./Sessions.tsx";
import type { UserTurn } from "./turns.ts";

/** Takes a message that was sent back into the composer with its attachments; what is sent then stands beside it. */
export function useEditing(): (turn: UserTurn) => void {
  const { draft } = useSessions();
  return useCallback(
    (turn) => {
      draft.edit(turn.id, turn);
      focusMessageBox();
    },
    [draft],
  );
}
