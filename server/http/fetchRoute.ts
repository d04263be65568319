import type { ServerResponse } from "node:http";
import { EngineError } from "../../inference/errors.ts";
import { asDiskFault, isDefect, toHttp } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Fetcher } from "../media/fetcher.ts";
import { fetchRequestSchema, type FetchReport } from "../protocol.ts";
import { readJson } from "./body.ts";
import { route, type Exchange, type Route } from "./routes.ts";
import { apiContentPolicy } from "./security.ts";

export interface FetchRouteOptions {
  fetcher: Fetcher;
  log: Log;
}

const bodyBytes = 8192;
/** Milliseconds between two reports of progress. */
const reportInterval = 100;

/** POST /api/media/url: pictures and clips by their address, fetched by us for the page, with its uploads' owner and limits. */
export class FetchRoute {
  readonly #options: FetchRouteOptions;

  constructor(options: FetchRouteOptions) {
    this.#options = options;
  }

  routes(): Route[] {
    return [route("/api/media/url", {}, { POST: (exchange) => this.#handle(exchange) })];
  }

  async #handle({ request, response, owner }: Exchange): Promise<void> {
    const { url } = await readJson(request, fetchRequestSchema, bodyBytes);
    const reports = new Reports(response);
    const gone = new AbortController();
    response.once("close", () => gone.abort(new EngineError("fetch_failed")));
    try {
      const onProgress = (bytes: number, total: number | undefined): void => reports.progress(bytes, total);
      const media = await this.#options.fetcher.fetch(url, { owner, signal: gone.signal, onProgress });
      reports.write({ type: "done", media });
      response.end();
    } catch (fault) {
      const known = asDiskFault(fault);
      if (!reports.begun) throw known;
      if (isDefect(known)) this.#options.log.fault("fetch", known);
      reports.write({ type: "failed", error: toHttp(known).body.error });
      response.end();
    }
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
