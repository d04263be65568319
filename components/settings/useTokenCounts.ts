"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { tokensReplySchema } from "../../server/protocol.ts";
import { useSettled } from "../ui/useSettled.ts";

/** Milliseconds without a key before words are counted. */
const pause = 300;
/** How long a count is kept that is not shown any more. */
const kept = 60_000;

/**
 * How many tokens texts are by the engine's own count, as soon as it is known: a function that gives it, or undefined for a
 * text that is not counted, not counted yet, or on a server that cannot.
 */
export function useTokenCounts(texts: readonly string[], enabled: boolean): (text: string) => number | undefined {
  const settled = useSettled(texts, pause);
  // A conversation's words may be many: they are written down once they rest, not at every key.
  const key = useMemo(() => JSON.stringify(settled), [settled]);
  const { data } = useQuery({
    queryKey: ["tokens", key],
    queryFn: ({ signal }) => countTokens(key, signal),
    enabled,
    staleTime: Infinity,
    gcTime: kept,
    retry: 1,
    refetchOnWindowFocus: false,
    // What did not change keeps its count while the rest is being counted.
    placeholderData: (before) => before,
  });
  return useMemo(() => (text: string) => data?.get(text), [data]);
}

async function countTokens(key: string, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const response = await fetch("/api/tokens", { method: "POST", headers: { "Content-Type": "application/json" }, body: `{"texts":${key}}`, signal });
  if (!response.ok) throw new Error(`Tokens are not counted: ${response.status}`);
  const { counts } = tokensReplySchema.parse(await response.json());
  if (counts === null) return new Map();
  const texts = JSON.parse(key) as unknown;
  return new Map(Array.isArray(texts) ? texts.map((text, index) => [String(text), counts[index] ?? 0]) : []);
}
