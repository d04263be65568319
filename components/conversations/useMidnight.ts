import { useSyncExternalStore } from "react";

const minute = 60_000;

function subscribe(onChange: () => void): () => void {
  const timer = setInterval(onChange, minute);
  return () => clearInterval(timer);
}

const midnight = () => new Date().setHours(0, 0, 0, 0);

/** When today began by the reader's clock (epoch, ms), also in a page that stays open over night. */
export function useMidnight(): number {
  return useSyncExternalStore(subscribe, midnight, () => 0);
}
