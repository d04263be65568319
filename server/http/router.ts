import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { HttpFault, isDefect } from "../errors.ts";
import type { Log } from "../log.ts";
import type { EngineStatus, ServerConfig } from "../protocol.ts";
import type { FetchRoute } from "./fetchRoute.ts";
import type { FrameRoute } from "./frameRoute.ts";
import type { MediaRoutes } from "./mediaRoutes.ts";
import { sendError, sendJson } from "./reply.ts";
import { apiContentPolicy, securityHeaders, type OriginPolicy } from "./security.ts";
import { newSession, readSession, sessionCookie } from "./session.ts";

export interface Health {
  status: "ok" | "loading" | "degraded" | "unusable";
  /** Answers that are being computed, and that wait. */
  active: number;
  queued: number;
}

/** Renders the pages: everything that is not one of the routes here. */
export interface Page {
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Takes upgrades besides /ws; only the development server has one. */
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export interface RouterOptions {
  media: MediaRoutes;
  fetches: FetchRoute;
  frames: FrameRoute;
  config: () => ServerConfig;
  load: () => { active: number; queued: number };
  page: Page["handle"];
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
      await this.#route(request, response);
    } catch (fault) {
      if (isDefect(fault) && !request.destroyed) this.#options.log.fault("http", fault);
      sendError(request, response, fault);
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { origins, media } = this.#options;
    if (!origins.allowsHost(request)) throw new HttpFault("forbidden");
    const target = request.url ?? "";
    if (!target.startsWith("/")) throw new HttpFault("not_found");
    const path = target.split("?", 1)[0] ?? "";
    if (path === "/healthz") return this.#read(request, () => this.#health(response));

    const reading = request.method === "GET" || request.method === "HEAD";
    if (!reading && !origins.allowsOrigin(request)) throw new HttpFault("forbidden");
    const session = identify(request, response);

    if (path === "/api/config") return this.#read(request, () => sendJson(response, 200, this.#options.config()));
    if (path === "/api/media") {
      if (request.method !== "POST") throw new HttpFault("method_not_allowed");
      return media.upload(request, response, session);
    }
    if (path === "/api/media/url") {
      if (request.method !== "POST") throw new HttpFault("method_not_allowed");
      return this.#options.fetches.handle(request, response, session);
    }
    const [, clip, milliseconds] = /^\/api\/media\/([0-9a-f]{64})\/frames\/(\d{1,8})$/.exec(path) ?? [];
    if (clip !== undefined) {
      response.setHeader("Content-Security-Policy", apiContentPolicy);
      return this.#read(request, () => this.#options.frames.show(request, response, { session, id: clip, time: Number(milliseconds) }));
    }
    const [, id, poster] = /^\/api\/media\/([0-9a-f]{64})(\/poster)?$/.exec(path) ?? [];
    if (id !== undefined) {
      response.setHeader("Content-Security-Policy", apiContentPolicy);
      if (reading) return poster === undefined ? media.show(request, response, { session, id }) : media.poster(request, response, { session, id });
      if (request.method !== "DELETE" || poster !== undefined) throw new HttpFault("method_not_allowed");
      return media.remove(response, session, id);
    }
    // Nothing of ours needs Next.js's picture service, which fetches and decodes what it is told.
    if (path === "/ws" || path.startsWith("/api/") || path.startsWith("/_next/image")) throw new HttpFault("not_found");
    return this.#read(request, () => this.#options.page(request, response));
  }

  #read(request: IncomingMessage, answer: () => void | Promise<void>): void | Promise<void> {
    if (request.method !== "GET" && request.method !== "HEAD") throw new HttpFault("method_not_allowed");
    return answer();
  }

  #health(response: ServerResponse): void {
    const health: Health = { status: healthOf(this.#options.config().status), ...this.#options.load() };
    sendJson(response, health.status === "unusable" ? 503 : 200, health);
  }
}

function identify(request: IncomingMessage, response: ServerResponse): string {
  const known = readSession(request);
  if (known !== undefined) return known;
  const session = newSession();
  response.setHeader("Set-Cookie", sessionCookie(session));
  return session;
}

function healthOf(status: EngineStatus): Health["status"] {
  switch (status.state) {
    case "ready":
      return "ok";
    case "loading":
      return "loading";
    case "restarting":
      return "degraded";
    case "unusable":
      return "unusable";
  }
}
