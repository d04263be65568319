import type { IncomingMessage, ServerResponse } from "node:http";
import { apiContentPolicy } from "./security.ts";

/** How long the rest of a refused body is read, so that its sender gets to see the answer. Milliseconds. */
const drainTime = 5000;

/** Answers with a value as JSON, which nobody keeps. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(text),
    "Cache-Control": "no-store",
    "Content-Security-Policy": apiContentPolicy,
  });
  response.end(text);
}

/** How an error is answered. */
export interface ErrorReply {
  status: number;
  /** Seconds, where trying again later makes sense. */
  retryAfter: number | undefined;
  body: unknown;
}

/** Answers with an error, as far as that is still possible. */
export function sendError(request: IncomingMessage, response: ServerResponse, { status, retryAfter, body }: ErrorReply): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  for (const name of ["Content-Disposition", "Accept-Ranges", "ETag", "Content-Length"]) response.removeHeader(name);
  if (retryAfter !== undefined) response.setHeader("Retry-After", retryAfter);
  if (status === 401) response.setHeader("WWW-Authenticate", "Bearer");
  if (!request.complete) abandonBody(request, response);
  sendJson(response, status, body);
}

/** A body that nobody wants any more: taken and thrown away for a moment, then cut. */
function abandonBody(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("Connection", "close");
  request.unpipe();
  request.resume();
  const timer = setTimeout(() => request.socket.destroy(), drainTime).unref();
  request.once("close", () => clearTimeout(timer));
}
