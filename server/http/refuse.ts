import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { toHttp } from "../errors.ts";
import { securityHeaders } from "./security.ts";

/** An HTTP answer on a socket that has no response object. The socket is ended, and reads on until its peer is gone. */
export function refuse(socket: Duplex, fault: unknown): void {
  const { status, body, retryAfter } = toHttp(fault);
  const text = JSON.stringify(body);
  const headers = {
    ...securityHeaders,
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(text),
    Connection: "close",
    ...(retryAfter === undefined ? {} : { "Retry-After": retryAfter }),
    ...(status === 401 && { "WWW-Authenticate": "Bearer" }),
  };
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${text}`);
}
