import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Access } from "../access/access.ts";
import { HttpFault, isDefect } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Monitor } from "../metrics/monitor.ts";
import { sendError } from "./reply.ts";
import type { RouteAccess, RouteTable } from "./routes.ts";
import { apiContentPolicy, securityHeaders, type OriginPolicy } from "./security.ts";

/** Renders the pages: everything that is not one of the routes of our own. */
export interface Page {
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Takes upgrades besides /ws; only the development server has one. */
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export interface RouterOptions {
  routes: RouteTable;
  access: Access;
  origins: OriginPolicy;
  log: Log;
  monitor: Monitor;
}

/** The pattern of what no route is for. */
const noRoute = "none";

/** Every HTTP request: who may ask, then where it goes. */
export class Router {
  readonly #options: RouterOptions;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /** Never throws: whatever goes wrong becomes an answer, and what is our fault a log line. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("error", () => undefined); // a peer that is gone
    const began = performance.now();
    const record = { method: request.method ?? "", route: noRoute };
    response.once("close", () => this.#options.monitor.request({ ...record, status: response.statusCode, seconds: (performance.now() - began) / 1000 }));
    try {
      for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
      // Pages bring their own.
      response.setHeader("Content-Security-Policy", apiContentPolicy);
      await this.#route(request, response, record);
    } catch (fault) {
      if (isDefect(fault) && !request.destroyed) this.#options.log.fault("http", fault);
      sendError(request, response, fault);
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse, record: { route: string }): Promise<void> {
    const { origins, routes } = this.#options;
    if (!origins.allowsHost(request)) throw new HttpFault("forbidden");
    const [path = "", query = ""] = (request.url ?? "").split(/\?(.*)/s, 2);
    const { path: route, access, answer } = routes.find(path);
    record.route = route;
    const reading = request.method === "GET" || request.method === "HEAD";
    const caller = access === "open" ? undefined : this.#options.access.identify(request);
    if (!reading && caller?.byKey !== true && !origins.allowsOrigin(request)) throw new HttpFault("forbidden");
    if (access !== "open" && caller === undefined) {
      refuseStranger(request, response, access);
      return;
    }
    if (caller?.cookie !== undefined) response.appendHeader("Set-Cookie", caller.cookie);
    await answer({ request, response, owner: caller?.owner ?? "", account: caller?.account, query: new URLSearchParams(query) });
  }
}

/** A person is shown where to log in; everything else hears that it has to. */
function refuseStranger(request: IncomingMessage, response: ServerResponse, access: RouteAccess): void {
  if (access !== "page" || request.headers.accept?.includes("text/html") !== true) throw new HttpFault("unauthorized");
  const next = request.url === "/" ? "" : `?${new URLSearchParams({ next: request.url ?? "/" })}`;
  response.writeHead(303, { Location: `/login${next}`, "Cache-Control": "no-store" }).end();
}
