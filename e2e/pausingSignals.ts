/** What e2e/pausingWorker.ts listens to. */
export const pausingSignals = { slow: "SIGUSR2", fast: "SIGWINCH" } as const;
