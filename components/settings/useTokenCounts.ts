"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { tokensReplySchema } from "../../server/protocol.ts";
import { useSettled } from "../ui/useSettled.ts";

/** Milliseconds without a key before words are counted. */
const pause = 300;
/** So many the server counts at once: what a longer conversation has is estimated. */
const mostTexts = 64;
/** How long a count is kept that is not shown any more. */
const kept = 60_000;
/** The server counts so many texts at once. */
const together = 64;

/**
 * How many tokens texts are by the engine's own count, as soon as it is known: a function that gives it, or undefined for a
 * text that is not counted, not counted yet, or on a server that cannot.
 */
export function useTokenCounts(texts: readonly string[], enabled: boolean): (text: string) => number | undefined {
  const settled = useSettled(texts, pause);
  // A conversation's words may be many: they are written down once they rest, not at every key.
  const key = useMemo(() => JSON.stringify(settled), [settled]);
  const [known] = useState(() => new Map<string, number>());
  const { data } = useQuery({
    queryKey: ["tokens", key],
    queryFn: async ({ signal }) => {
      const missing = settled.filter((text) => !known.has(text));
      for (let start = 0; start < missing.length; start += together) {
        const texts = missing.slice(start, start + together);
        const counts = await countTokens(texts, signal);
        if (counts === null) return new Map<string, number>();
        texts.forEach((text, index) => known.set(text, counts[index] ?? 0));
      }
      const counts = settled.flatMap((text) => (known.has(text) ? [[text, known.get(text) ?? 0] as const] : []));
      // What is not asked for any more need not be known.
      known.clear();
      for (const [text, count] of counts) known.set(text, count);
      return new Map(counts);
    },
    enabled: enabled && settled.length <= mostTexts,
    staleTime: Infinity,
    gcTime: kept,
    retry: 1,
    refetchOnWindowFocus: false,
    // What did not change keeps its count while the rest is being counted.
    placeholderData: (before) => before,
  });
  return useMemo(() => (text: string) => data?.get(text), [data]);
}

/** Null on a server that cannot count. */
async function countTokens(texts: readonly string[], signal: AbortSignal): Promise<readonly number[] | null> {
  const response = await fetch("/api/tokens", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ texts }), signal });
  if (!response.ok) throw new Error(`Tokens are not counted: ${response.status}`);
  return tokensReplySchema.parse(await response.json()).counts;
}
