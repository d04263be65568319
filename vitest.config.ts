import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{inference,server,components,app,scripts,benchmarks,models,docker}/**/*.test.{ts,tsx}"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Native sessions and ffmpeg share few cores: processes, not threads, so that a native crash names its file.
    pool: "forks",
    maxWorkers: 2,
  },
});
