"use client";

import { createContext, useContext } from "react";

/** What was typed into fields and can't be used as it is: kept until it can, also while the panel is closed. */
export interface Entries {
  typed: ReadonlyMap<string, string>;
  /** Undefined: forget it. */
  type: (field: string, text: string | undefined) => void;
}

const EntriesContext = createContext<Entries>({ typed: new Map(), type: () => undefined });
export const EntriesProvider = EntriesContext.Provider;

export function useEntries(): Entries {
  return useContext(EntriesContext);
}
