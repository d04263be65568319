import type { ServerResponse } from "node:http";
import { EngineError } from "../../inference/errors.ts";
import { openDownload, type Download } from "../../inference/media/download.ts";
import type { Config } from "../config.ts";
import type { Engine } from "../engine/types.ts";
import { asDiskFault, HttpFault, isDefect, toHttp } from "../errors.ts";
import type { Log } from "../log.ts";
import { keep } from "../media/keep.ts";
import { label, writeFile } from "../media/receive.ts";
import type { MediaStore } from "../media/store.ts";
import { fetchRequestSchema, type FetchReport, type UploadedMedia } from "../protocol.ts";
import { readJson } from "./body.ts";
import { route, type Exchange, type Route } from "./routes.ts";
import { apiContentPolicy } from "./security.ts";

export interface FetchRouteOptions {
  store: MediaStore;
  engine: Engine;
  config: Pick<Config, "limits" | "timing" | "privateUrls">;
  log: Log;
}

const bodyBytes = 8192;
const fetchesPerSession = 2;
const bytesPerSecond = 10_000;
/** Milliseconds for a whole file; the floor on the speed ends a hopeless one long before. */
const timeout = 10 * 60_000;
/** Milliseconds between two reports of progress. */
const reportInterval = 100;

/** POST /api/media/url: pictures and clips by their address, fetched by us for the page, with its uploads' owner and limits. */
export class FetchRoute {
  readonly #options: FetchRouteOptions;
  /** Under way, by session. */
  readonly #running = new Map<string, number>();

  constructor(options: FetchRouteOptions) {
    this.#options = options;
  }

  routes(): Route[] {
    return [route("/api/media/url", {}, { POST: (exchange) => this.#handle(exchange) })];
  }

  async #handle({ request, response, owner: session }: Exchange): Promise<void> {
    const { url } = await readJson(request, fetchRequestSchema, bodyBytes);
    const running = this.#running.get(session) ?? 0;
    if (running >= fetchesPerSession) throw new HttpFault("rate_limited");
    this.#running.set(session, running + 1);
    try {
      await this.#answer(url, response, session);
    } finally {
      const left = (this.#running.get(session) ?? 1) - 1;
      if (left === 0) this.#running.delete(session);
      else this.#running.set(session, left);
    }
  }

  async #answer(url: string, response: ServerResponse, session: string): Promise<void> {
    const reports = new Reports(response);
    const gone = new AbortController();
    response.once("close", () => gone.abort(new EngineError("fetch_failed", { url: "" })));
    try {
      const media = await this.#fetch(url, { session, signal: gone.signal, reports });
      reports.write({ type: "done", media });
      response.end();
    } catch (fault) {
      if (!reports.begun) throw asDiskFault(fault);
      const known = asDiskFault(fault);
      if (isDefect(known)) this.#options.log.fault("fetch", known);
      reports.write({ type: "failed", error: toHttp(known).body.error });
      response.end();
    }
  }

  async #fetch(url: string, { session, signal, reports }: { session: string; signal: AbortSignal; reports: Reports }): Promise<UploadedMedia> {
    const { store, engine, config } = this.#options;
    const { limits, timing, privateUrls } = config;
    await using partial = await store.begin(session);
    const slow = new AbortController();
    const name = nameOf(url);
    const download = await openDownload(url, {
      allowPrivateAddresses: privateUrls,
      limit: Math.max(limits.imageBytes, limits.videoBytes),
      name,
      signal: AbortSignal.any([signal, slow.signal]),
      timeout,
    });
    let arrived = 0;
    const floor = setInterval(() => {
      if (arrived < (bytesPerSecond * timing.uploadWindow) / 1000) slow.abort(new EngineError("fetch_failed", { url: "" }));
      arrived = 0;
    }, timing.uploadWindow);
    try {
      const onBytes = (bytes: number): void => void (arrived += bytes);
      const file = await writeFile({ chunks: reported(download, reports, onBytes), name }, partial, limits);
      clearInterval(floor);
      return await keep(session, partial, file, { store, engine });
    } finally {
      clearInterval(floor);
    }
  }
}

/** Passes the bytes on, and says how many there were. */
async function* reported({ chunks, total }: Download, reports: Reports, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    onBytes(chunk.length);
    reports.progress(bytes, total);
    yield chunk;
  }
}

/** The lines of the answer. Its head goes out with the first, so that what fails before is answered with its own status. */
class Reports {
  readonly #response: ServerResponse;
  #last = 0;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  get begun(): boolean {
    return this.#response.headersSent;
  }

  progress(bytes: number, total: number | undefined): void {
    const now = performance.now();
    if (this.begun && now - this.#last < reportInterval) return;
    this.#last = now;
    this.write({ type: "progress", bytes, ...(total !== undefined && { total }) });
  }

  write(report: FetchReport): void {
    if (this.#response.destroyed) return;
    if (!this.begun) {
      this.#response.writeHead(200, { "Content-Type": "application/x-ndjson; charset=utf-8", "Cache-Control": "no-store", "Content-Security-Policy": apiContentPolicy });
    }
    this.#response.write(`${JSON.stringify(report)}\n`);
  }
}

/** The last part of the address, or its host. */
function nameOf(url: string): string {
  if (!URL.canParse(url)) return label(url);
  const { pathname, hostname } = new URL(url);
  const last = pathname.split("/").at(-1) ?? "";
  return last === "" ? label(hostname) : label(decoded(last));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
