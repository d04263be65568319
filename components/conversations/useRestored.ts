import { useCallback, useState } from "react";
import { useOwnSessions } from "../chat/Sessions.tsx";
import { uploadIds } from "../media/upload.ts";
import type { UploadedMedia } from "../../server/protocol.ts";

export interface Restored {
  /** Counts up when the server has the medium again: as a key it makes an element load it anew. */
  attempt: number;
  /** Neither the server nor this browser has it. */
  gone: boolean;
  onMissing: () => void;
}

/** For an element that shows a medium: when the server has forgotten it, it is given it again. */
export function useRestored(medium: Pick<UploadedMedia, "id" | "frames"> | undefined): Restored {
  const media = useOwnSessions()?.media;
  const [attempt, setAttempt] = useState(0);
  const [gone, setGone] = useState(false);
  const onMissing = useCallback(() => {
    // What is there and cannot be shown even so is not helped by more attempts.
    if (!medium || !media || attempt > 0) setGone(true);
    else void media.restoreAll(uploadIds(medium)).then((restored) => (restored ? setAttempt(1) : setGone(true)));
  }, [media, medium, attempt]);
  return { attempt, gone, onMissing };
}
