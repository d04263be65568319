import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { hostname } from "node:os";

/** On every answer. */
export const securityHeaders = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  // The page takes pictures with the camera and of the screen when it is asked to; it never listens.
  "Permissions-Policy": "camera=(self), display-capture=(self), microphone=(), geolocation=()",
};

/** For answers that are no page: nothing in them may run or load anything. */
export const apiContentPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";

/**
 * For pages.
 *
 * @param scripts sources of inline scripts: hashes, or 'unsafe-inline' in development
 * @param host the Host header, so that sockets go nowhere else
 */
export function pageContentPolicy(scripts: readonly string[], host: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' ${scripts.join(" ")}`.trim(),
    // KaTeX and Next.js position things by style attributes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "font-src 'self' data:",
    `connect-src 'self' ws://${host} wss://${host}`,
    `frame-src ${previewSource(host)}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join("; ");
}

/** The only page that may be framed: a frame that tries to go elsewhere stays where it is. */
export const previewPath = "/preview.html";

/** A policy cannot name an IPv6 address. */
function previewSource(host: string): string {
  return /^[a-z0-9.-]+(?::\d{1,5})?$/i.test(host) ? `${host}${previewPath}` : "'self'";
}

/**
 * For the frame in which pages that a model wrote are shown: scripts run, in an origin of its own, and nothing can be asked for,
 * sent, opened or navigated to.
 */
export const previewContentPolicy = [
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  "img-src data: blob:",
  "media-src data: blob:",
  "font-src data:",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
  "sandbox allow-scripts",
].join("; ");

/**
 * For the same frame: no connection at all. A browser that is told to take a frame elsewhere may open a connection to the other
 * host before it looks at the policies that forbid it (Chromium does); nothing is ever sent over it, but it tells of itself.
 * Browsers that do not know this header keep to the policies: https://github.com/WICG/connection-allowlists
 */
export const previewConnections = "()";

/** Who may talk to the server: decided by the names it is reached under, never by the peer's address. */
export class OriginPolicy {
  readonly #names: ReadonlySet<string>;
  /** Those of a public link, as long as it is open. */
  readonly #passing = new Set<string>();
  readonly #anyAddress: boolean;

  /** @param bound the name or address that the server listens on. */
  constructor(bound: string, configured: readonly string[]) {
    this.#anyAddress = bound === "0.0.0.0" || bound === "::";
    const own = this.#anyAddress ? [hostname()] : [bound];
    this.#names = new Set(["localhost", "127.0.0.1", "[::1]", ...[...own, ...configured].map(bracketed)]);
  }

  /** For a name that we are reached under for a while: that of a public link. */
  addHost(name: string): void {
    this.#passing.add(name.toLowerCase());
  }

  removeHost(name: string): void {
    this.#passing.delete(name.toLowerCase());
  }

  /** Whether the Host header names us; a foreign name that resolves to us is how DNS rebinding begins. */
  allowsHost(request: Pick<IncomingMessage, "headers">): boolean {
    const name = hostName(request.headers.host);
    if (name === undefined) return false;
    return this.#names.has(name) || this.#passing.has(name) || (this.#anyAddress && isIP(name.replace(/^\[|\]$/g, "")) !== 0);
  }

  /**
   * Whether a request that changes something, or opens a socket, comes from our own page.
   * Programs send neither Origin nor cookie; a cookie without an Origin is no page of ours.
   */
  allowsOrigin(request: Pick<IncomingMessage, "headers">): boolean {
    const { origin, host, cookie } = request.headers;
    const site = request.headers["sec-fetch-site"];
    if (site !== undefined && site !== "same-origin" && site !== "none") return false;
    if (origin === undefined) return cookie === undefined || site === "same-origin";
    return origin === `http://${host ?? ""}` || origin === `https://${host ?? ""}`;
  }
}

/** The host without its port, in lower case; undefined for anything that is no plain host and port. */
function hostName(host: string | undefined): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/.exec((host ?? "").toLowerCase())?.[1];
}

function bracketed(name: string): string {
  return isIP(name) === 6 ? `[${name}]` : name.toLowerCase();
}
