import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

const cookieName = "qwen3vl_session";
const days30 = 30 * 24 * 3600;

/** The id that the browser carries: 128 random bits, known to it and to us only. */
export function readSession(request: IncomingMessage): string | undefined {
  for (const cookie of (request.headers.cookie ?? "").split(";")) {
    const [name, value] = cookie.trim().split("=", 2);
    if (name === cookieName && value !== undefined && /^[0-9a-f]{32}$/.test(value)) return value;
  }
  return undefined;
}

export function newSession(): string {
  return randomBytes(16).toString("hex");
}

/** The Set-Cookie header's value. Not Secure: the demo is plain HTTP on the own machine. */
export function sessionCookie(session: string): string {
  return `${cookieName}=${session}; Path=/; Max-Age=${days30}; HttpOnly; SameSite=Lax`;
}
