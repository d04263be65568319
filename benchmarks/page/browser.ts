import { createServer } from "node:net";
import { chromium, type Browser } from "playwright";

/** Where a Chromium may be, best first; undefined is the one that Playwright downloaded. */
const places = [undefined, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

export interface MeasuredBrowser extends AsyncDisposable {
  browser: Browser;
  /** Of its debugging protocol. */
  port: number;
}

/** @throws Error where no Chromium starts. */
export async function startBrowser(): Promise<MeasuredBrowser> {
  const port = await freePort();
  for (const executablePath of places) {
    const options = { args: [`--remote-debugging-port=${port}`], ...(executablePath !== undefined && { executablePath }) };
    const browser = await chromium.launch(options).catch(() => undefined); // not there, or without its libraries: the next one is tried
    if (browser) return { browser, port, [Symbol.asyncDispose]: () => browser.close() };
  }
  throw new Error("No Chromium could be started: npx playwright install chromium");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
