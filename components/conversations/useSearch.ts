import { useEffect, useState } from "react";
import { useSessions } from "../chat/Sessions.tsx";
import { latestFirst } from "./grouping.ts";
import type { Hit } from "./search.ts";

/** While the reader still types (ms). */
const pause = 150;

/** What was found for the words, as soon as it is known; undefined while nothing is looked for. */
export function useSearch(words: string): readonly Hit[] | undefined {
  const { chat } = useSessions();
  const [hits, setHits] = useState<readonly Hit[]>();
  const empty = words.trim() === "";
  useEffect(() => {
    if (empty) return;
    const controller = new AbortController();
    const search = async () => {
      const { searchConversations } = await import("./search.ts");
      const found = await searchConversations(words, latestFirst(chat.store.get().conversations.values()), {
        readTurns: (id) => chat.turnsOf(id).catch(() => []),
        signal: controller.signal,
      });
      setHits(found);
    };
    const timer = setTimeout(() => void search().catch(() => undefined), pause);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [words, empty, chat]);
  return empty ? undefined : hits;
}
