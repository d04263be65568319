"use client";

import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { serverConfigSchema, type EngineStatus, type ServerConfig } from "../../server/protocol.ts";
import { useChat, useReadOnly } from "../chat/Sessions.tsx";

export function ServerProvider({ children }: { children: ReactNode }) {
  const [client] = useState(() => new QueryClient());
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}

async function fetchConfig({ signal }: { signal: AbortSignal }): Promise<ServerConfig> {
  const response = await fetch("/api/config", { signal });
  return serverConfigSchema.parse(await response.json());
}

/** What the page needs to know before anything is sent; undefined until the server answered. */
export function useServerConfig(): ServerConfig | undefined {
  const enabled = !useReadOnly(); // who reads a shared conversation may not have logged in
  return useQuery({ queryKey: ["config"], queryFn: fetchConfig, enabled, staleTime: Infinity, retry: true, retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 10_000) }).data;
}

/** How the engine is: the socket's news, and before the first of these what the configuration said. */
export function useEngine(): EngineStatus | undefined {
  const news = useChat((state) => state.engine);
  const config = useServerConfig();
  return news ?? config?.status;
}
