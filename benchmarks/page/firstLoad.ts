import { z } from "zod";
import type { Browser } from "playwright";

export interface LoadedFile {
  path: string;
  kind: "script" | "style" | "page" | "other";
  /** As the server sent it, headers included. */
  transferred: number;
  size: number;
  encoding: string;
}

const responseSchema = z.object({ requestId: z.string(), type: z.string(), response: z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }) });
const dataSchema = z.object({ requestId: z.string(), dataLength: z.number() });
const finishedSchema = z.object({ requestId: z.string(), encodedDataLength: z.number() });

/** Everything that a browser which was never here loads until the page is quiet, compressed as the server sends it. */
export async function measureFirstLoad(browser: Browser, url: string): Promise<LoadedFile[]> {
  const context = await browser.newContext({ locale: "en" });
  const page = await context.newPage();
  const files = new Map<string, LoadedFile>();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  session.on("Network.responseReceived", (event) => {
    const { requestId, type, response } = responseSchema.parse(event);
    const kind = ({ Script: "script", Stylesheet: "style", Document: "page" } as const)[type] ?? "other";
    files.set(requestId, { path: new URL(response.url).pathname, kind, transferred: 0, size: 0, encoding: header(response.headers, "content-encoding") ?? "none" });
  });
  session.on("Network.dataReceived", (event) => {
    const { requestId, dataLength } = dataSchema.parse(event);
    const file = files.get(requestId);
    if (file) file.size += dataLength;
  });
  session.on("Network.loadingFinished", (event) => {
    const { requestId, encodedDataLength } = finishedSchema.parse(event);
    const file = files.get(requestId);
    if (file) file.transferred = encodedDataLength;
  });
  await page.goto(url, { waitUntil: "networkidle" });
  await page.getByRole("textbox", { name: "Message", exact: true }).waitFor();
  await page.waitForLoadState("networkidle");
  await context.close();
  return [...files.values()].sort((a, b) => b.transferred - a.transferred);
}

function header(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}
