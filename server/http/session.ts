import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

const sessionName = "qwen3vl_session";
const days30 = 30 * 24 * 3600;

export interface CookieParts {
  name: string;
  value: string;
  /** How long it is kept; 0 removes it. */
  seconds: number;
  /** Whether it came over https, and is to go nowhere else. */
  secure: boolean;
  /** By the page's scripts. */
  readable?: boolean;
}

/** The value of a request's first cookie of this name. */
export function readCookie(request: Pick<IncomingMessage, "headers">, wanted: string): string | undefined {
  for (const cookie of (request.headers.cookie ?? "").split(";")) {
    const [name, value] = cookie.trim().split("=", 2);
    if (name === wanted) return value;
  }
  return undefined;
}

/** A Set-Cookie header's value. Other sites' requests do not carry it. */
export function cookieHeader({ name, value, seconds, secure, readable = false }: CookieParts): string {
  return `${name}=${value}; Path=/; Max-Age=${seconds}${readable ? "" : "; HttpOnly"}; SameSite=Lax${secure ? "; Secure" : ""}`;
}

/** The id that the browser carries where nobody logs in: 128 random bits, known to it and to us only. */
export function readSession(request: IncomingMessage): string | undefined {
  const value = readCookie(request, sessionName);
  return value !== undefined && /^[0-9a-f]{32}$/.test(value) ? value : undefined;
}

/** 128 random bits as 32 hex characters, which also name an owner. */
export function newSession(): string {
  return randomBytes(16).toString("hex");
}

/** The Set-Cookie header's value for a new session. */
export function sessionCookie(session: string, secure: boolean): string {
  return cookieHeader({ name: sessionName, value: session, seconds: days30, secure });
}
