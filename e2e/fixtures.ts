import { test as base } from "@playwright/test";
import { DemoServer, type DemoServerOptions } from "./demoServer.ts";
import { ChatPage } from "./page.ts";

interface TestFixtures {
  /** The page, open, and its console without a single error at the end of the test. */
  chat: ChatPage;
  /** What the console may say nevertheless, such as the failed requests that the browser itself notes. */
  allowedErrors: RegExp | undefined;
}

interface WorkerFixtures {
  serverOptions: DemoServerOptions;
  /** One server with the embedded model for all tests of a file. */
  server: DemoServer;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  serverOptions: [{}, { scope: "worker", option: true }],

  server: [
    async ({ serverOptions }, use) => {
      await using server = await DemoServer.start(serverOptions);
      await use(server);
    },
    { scope: "worker", timeout: 120_000 },
  ],

  allowedErrors: [undefined, { option: true }],

  chat: async ({ page, server, allowedErrors }, use) => {
    const errors: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    page.on("pageerror", (fault) => errors.push(fault.message));
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.goto(server.url);
    await use(new ChatPage(page));
    base.expect(errors.filter((text) => !allowedErrors?.test(text))).toEqual([]);
  },
});

export const expect = test.expect;
