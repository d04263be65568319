import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Access } from "../access/access.ts";
import { HttpFault, isDefect, toHttp } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Monitor } from "../metrics/monitor.ts";
import { sendError, type ErrorReply } from "./reply.ts";
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
  /** Pages elsewhere whose scripts may use the API. */
  corsOrigins: readonly string[];
  /** How a refusal reads for the API's clients. */
  apiReply: (fault: unknown) => ErrorReply;
  log: Log;
  monitor: Monitor;
}

/** The pattern of what no route is for. */
const noRoute = "none";
/** Of the routes that OpenAI's clients ask. */
const apiPrefix = "/v1/";

/** Every HTTP request: who may ask, then where it goes. */
export class Router {
  readonly #options: RouterOptions;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /** One connection too many. */
  refuse(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    response.setHeader("Connection", "close");
    this.#options.monitor.request({ method: request.method ?? "", route: noRoute, status: 429, seconds: 0 });
    this.#sendError(request, response, new HttpFault("rate_limited"));
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
      this.#sendError(request, response, fault);
    }
  }

  #sendError(request: IncomingMessage, response: ServerResponse, fault: unknown): void {
    const reply = request.url?.startsWith(apiPrefix) === true ? this.#options.apiReply : toHttp;
    sendError(request, response, reply(fault));
  }

  async #route(request: IncomingMessage, response: ServerResponse, record: { route: string }): Promise<void> {
    const { origins, routes } = this.#options;
    if (!origins.allowsHost(request)) throw new HttpFault("forbidden");
    // Next.js would look into what is sent to a Server Action, and there are none.
    if (request.headers["next-action"] !== undefined) throw new HttpFault("not_found");
    const [path = "", query = ""] = (request.url ?? "").split(/\?(.*)/s, 2);
    const { path: route, access, answer } = routes.find(path);
    record.route = route;
    if (this.#isInvited(request, route)) {
      response.setHeader("Access-Control-Allow-Origin", request.headers.origin ?? "");
      response.setHeader("Vary", "Origin");
      if (request.method === "OPTIONS") {
        answerPreflight(response);
        return;
      }
    }
    if (isCoded(request)) throw new HttpFault("unsupported_media_type");
    const reading = request.method === "GET" || request.method === "HEAD";
    const caller = access === "open" ? undefined : this.#options.access.identify(request);
    if (!reading && caller?.byKey !== true && !this.#isInvited(request, route) && !origins.allowsOrigin(request)) throw new HttpFault("forbidden");
    if (access !== "open" && caller === undefined) {
      refuseStranger(request, response, access);
      return;
    }
    if (caller?.cookie !== undefined) response.appendHeader("Set-Cookie", caller.cookie);
    await answer({ request, response, owner: caller?.owner ?? "", account: caller?.account, query: new URLSearchParams(query) });
  }

  /** Never with cookies: an API key is what such a page has to bring. */
  #isInvited({ headers }: IncomingMessage, route: string): boolean {
    return route.startsWith(apiPrefix) && headers.cookie === undefined && this.#options.corsOrigins.includes(headers.origin ?? "");
  }
}

/** No body of ours is compressed, and no transfer coded in another way than in chunks. */
function isCoded({ headers }: IncomingMessage): boolean {
  return (headers["content-encoding"] ?? "identity") !== "identity" || (headers["transfer-encoding"] ?? "chunked").toLowerCase() !== "chunked";
}

function answerPreflight(response: ServerResponse): void {
  response.writeHead(204, { "Access-Control-Allow-Methods": "GET, POST", "Access-Control-Allow-Headers": "Authorization, Content-Type", "Access-Control-Max-Age": 600 }).end();
}

/** A person is shown where to log in; everything else hears that it has to. */
function refuseStranger(request: IncomingMessage, response: ServerResponse, access: RouteAccess): void {
  if (access !== "page" || request.headers.accept?.includes("text/html") !== true) throw new HttpFault("unauthorized");
  const next = request.url === "/" ? "" : `?${new URLSearchParams({ next: request.url ?? "/" })}`;
  response.writeHead(303, { Location: `/login${next}`, "Cache-Control": "no-store" }).end();
}
