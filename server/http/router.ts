import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { HttpFault, isDefect } from "../errors.ts";
import type { Log } from "../log.ts";
import { sendError } from "./reply.ts";
import type { RouteTable } from "./routes.ts";
import { apiContentPolicy, securityHeaders, type OriginPolicy } from "./security.ts";
import { newSession, readSession, sessionCookie } from "./session.ts";

/** Renders the pages: everything that is not one of the routes of our own. */
export interface Page {
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Takes upgrades besides /ws; only the development server has one. */
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export interface RouterOptions {
  routes: RouteTable;
  origins: OriginPolicy;
  log: Log;
}

/** Every HTTP request: who may ask, then where it goes. */
export class Router {
  readonly #options: RouterOptions;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /** Never throws: whatever goes wrong becomes an answer, and what is our fault a log line. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("error", () => undefined); // a peer that is gone
    try {
      for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
      // Pages bring their own.
      response.setHeader("Content-Security-Policy", apiContentPolicy);
      await this.#route(request, response);
    } catch (fault) {
      if (isDefect(fault) && !request.destroyed) this.#options.log.fault("http", fault);
      sendError(request, response, fault);
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { origins, routes } = this.#options;
    if (!origins.allowsHost(request)) throw new HttpFault("forbidden");
    const [path = "", query = ""] = (request.url ?? "").split(/\?(.*)/s, 2);
    const { access, answer } = routes.find(path);
    const reading = request.method === "GET" || request.method === "HEAD";
    if (!reading && !origins.allowsOrigin(request)) throw new HttpFault("forbidden");
    const owner = access === "open" ? "" : identify(request, response);
    await answer({ request, response, owner, query: new URLSearchParams(query) });
  }
}

function identify(request: IncomingMessage, response: ServerResponse): string {
  const known = readSession(request);
  if (known !== undefined) return known;
  const session = newSession();
  response.setHeader("Set-Cookie", sessionCookie(session));
  return session;
}
