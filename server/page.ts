import { createHash } from "node:crypto";
import { access, readdir, readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { placePdfFiles } from "../scripts/pdfFiles.ts";
import { HttpFault } from "./errors.ts";
import { CompressedFiles, sendCompressed } from "./http/compressedFiles.ts";
import type { Page } from "./http/router.ts";
import { pageContentPolicy, previewConnections, previewContentPolicy, previewPath } from "./http/security.ts";
import type { Log } from "./log.ts";

/** Whether `next build` has run in this folder. */
export async function isBuilt(folder: string): Promise<boolean> {
  return access(join(folder, ".next", "BUILD_ID")).then(
    () => true,
    () => false,
  );
}

/** No pages at all. */
export const noPage: Page = { handle: () => Promise.reject(new HttpFault("not_found")) };

export interface NextPageOptions {
  folder: string;
  dev: boolean;
  /** Whether the embedded model is asked: the page then begins with what it can do (next.config.js). */
  embedded: () => boolean;
  log: Log;
}

/** Next.js as the renderer of the pages. It gets ready in the background; requests wait for it. */
export function nextPage({ folder, dev, embedded, log }: NextPageOptions): Page {
  // Next.js would attach itself to the `upgrade` events of our server; it gets one that never listens instead.
  const decoy = createServer();
  const prepared = prepare(folder, dev, decoy);
  prepared.catch((fault: unknown) => log.fault("page", fault));
  return {
    handle: async (request, response) => {
      const { handle, scripts, files } = await prepared;
      const path = request.url?.split("?", 1)[0] ?? "";
      const file = files?.find(path);
      if (file) {
        await sendCompressed(request, response, file);
        return;
      }
      const isPreview = path === previewPath;
      response.setHeader("Content-Security-Policy", isPreview ? previewContentPolicy : pageContentPolicy(scripts, request.headers.host ?? ""));
      if (isPreview) response.setHeader("Connection-Allowlist", previewConnections);
      request.headers["x-model"] = embedded() ? "embedded" : "other";
      await handle(request, response);
    },
    ...(dev ? { upgrade: (...upgrade) => void decoy.emit("upgrade", ...upgrade) } : {}),
  };
}

type Prepared = { handle: Page["handle"]; scripts: readonly string[]; files: CompressedFiles | undefined };

async function prepare(folder: string, dev: boolean, httpServer: Server): Promise<Prepared> {
  if (dev) placePdfFiles(folder); // else the build has done it
  // Loaded late: it takes a second, and a start that fails should not wait for it.
  const { default: next } = await import("next");
  const app = next({ dev, dir: folder, httpServer, quiet: !dev });
  await app.prepare();
  const scripts = dev ? ["'unsafe-inline'", "'unsafe-eval'"] : await inlineScriptHashes(join(folder, ".next", "server", "app"));
  const files = dev ? undefined : await CompressedFiles.open(join(folder, ".next", "static"), "/_next/static/");
  return { handle: app.getRequestHandler(), scripts, files };
}

/** The pages are rendered at build time, so their inline scripts are known, and no other may run. */
async function inlineScriptHashes(folder: string): Promise<string[]> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".html"));
  const hashes = new Set<string>();
  for (const file of files) {
    const html = await readFile(join(folder, file), "utf8");
    for (const [, script] of html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)) {
      if (script !== undefined && script !== "") hashes.add(`'sha256-${createHash("sha256").update(script).digest("base64")}'`);
    }
  }
  return [...hashes];
}
