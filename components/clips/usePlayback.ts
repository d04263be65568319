"use client";

import { useSyncExternalStore } from "react";
import type { Playback, PlaybackState } from "./playback.ts";

/** A part of where the clip is; `select` must give the same value while nothing changed. */
export function usePlayback<Value>(playback: Playback, select: (state: PlaybackState) => Value): Value {
  const read = () => select(playback.get());
  return useSyncExternalStore(playback.subscribe, read, read);
}
