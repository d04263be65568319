import { defineConfig } from "@playwright/test";

/** Empty or unset: the Chromium that Playwright downloaded. scripts/test.sh finds one where there is none. */
const chromiumPath = process.env.CHROMIUM_PATH;

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  // Each with a real server and a real model of its own; the tests of a file take turns.
  workers: 2,
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
