import type { ServerResponse } from "node:http";
import type { EngineStatus, ServerConfig } from "../protocol.ts";
import { sendJson } from "./reply.ts";
import { route, type Route } from "./routes.ts";
import type { Page } from "./router.ts";

export interface Health {
  status: "ok" | "loading" | "degraded" | "unusable";
  /** Answers that are being computed, and that wait. */
  active: number;
  queued: number;
}

export interface StatusRoutesOptions {
  status: () => EngineStatus;
  config: () => ServerConfig;
  load: () => { active: number; queued: number };
}

/** How the server is: for those who watch over it, and for the page. */
export function statusRoutes({ status, config, load }: StatusRoutesOptions): Route[] {
  const health = (response: ServerResponse): void => {
    const found: Health = { status: healthOf(status()), ...load() };
    sendJson(response, found.status === "unusable" ? 503 : 200, found);
  };
  /** For load balancers: whether a question would be answered at once, or after its turn. */
  const ready = (response: ServerResponse): void => {
    const { state } = status();
    if (state !== "ready") response.setHeader("Retry-After", 5);
    sendJson(response, state === "ready" ? 200 : 503, { status: state });
  };
  return [
    route("/healthz", {}, { GET: ({ response }) => health(response) }, "open"),
    route("/readyz", {}, { GET: ({ response }) => ready(response) }, "open"),
    // Upgrades have a door of their own; this keeps the name from the pages.
    route("/ws", {}, {}, "open"),
    route("/api/config", {}, { GET: ({ response, account }) => sendJson(response, 200, { ...config(), ...(account && { account: { name: account.name ?? null } }) }) }),
  ];
}

/**
 * The pages' scripts and styles, and what browsers ask for without cookies; nothing in them is anybody's. Next.js's picture
 * service, which fetches what it is told, stays closed.
 */
export function pageFileRoutes(page: Page["handle"]): Route[] {
  const paths = ["/_next/static/*", "/preview.html", "/manifest.webmanifest", "/icon.svg", "/apple-icon.png", "/icons/*"];
  return paths.map((path) => route(path, {}, { GET: ({ request, response }) => page(request, response) }, "open"));
}

/** Everything else that is not under one of the other routes' first segments. */
export function pageRoute(page: Page["handle"]): Route {
  return route("/*", {}, { GET: ({ request, response }) => page(request, response) }, "page");
}

function healthOf(status: EngineStatus): Health["status"] {
  switch (status.state) {
    case "ready":
      return "ok";
    case "loading":
      return "loading";
    case "restarting":
    case "away":
      return "degraded";
    case "unusable":
      return "unusable";
  }
}
