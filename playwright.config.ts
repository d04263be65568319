import { defineConfig } from "@playwright/test";

/** Empty or unset: the Chromium that Playwright downloaded. scripts/test.sh finds one where there is none. */
const chromiumPath = process.env.CHROMIUM_PATH;

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  // One real server with one real model: tests take turns.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ["json", { outputFile: ".cache/e2e.json" }]],
  use: {
    browserName: "chromium",
    actionTimeout: 15_000,
    launchOptions: {
      ...(chromiumPath ? { executablePath: chromiumPath } : {}),
      // A camera that every machine has; whether it may be used is still asked.
      args: ["--use-fake-device-for-media-stream"],
    },
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
  },
});
