import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { HttpFault } from "../errors.ts";
import { connectionLimit } from "./openFiles.ts";
import { refuse } from "./refuse.ts";

const seconds = 1000;
/** How long a refused connection may take to ask and to read why. */
const refusalTime = 2 * seconds;

export interface ListenerOptions {
  /** Milliseconds until a request's headers must be whole. */
  headers: number;
  /** Connections of one address; without, as many as there are. */
  perAddress: number | undefined;
  /** Called for every new connection. */
  onConnection?: (socket: Socket) => void;
  /** Addresses that speak for many. */
  isExempt?: (address: string) => boolean;
}

/**
 * An HTTP server that does not wait for slow headers, and that no single address can fill: of an address with too many
 * connections, the oldest one on which nothing is asked is closed for a new one; where all are busy, the new one is refused.
 */
export class Listener {
  readonly server: Server;
  readonly #options: ListenerOptions;
  /** The requests under way on each connection, oldest first, by address. What became a WebSocket is counted elsewhere. */
  readonly #connections = new Map<string, Map<Duplex, number>>();
  readonly #refused = new WeakSet<Socket>();

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.server = createServer({
      headersTimeout: options.headers,
      connectionsCheckingInterval: options.headers / 2,
      // Bodies have a floor on their speed besides.
      requestTimeout: 3600 * seconds,
      keepAliveTimeout: 10 * seconds,
    });
    this.server.maxConnections = connectionLimit();
    this.server.on("connection", (socket) => this.#admit(socket));
    this.server.on("request", ({ socket }, response) => {
      this.#busy(socket, 1);
      response.once("close", () => this.#busy(socket, -1));
    });
    this.server.on("upgrade", (request, socket) => this.#release(socket, request.socket.remoteAddress ?? ""));
    this.server.on("clientError", (fault: NodeJS.ErrnoException, socket) => {
      if (fault.code === "ECONNRESET" || !socket.writable) socket.destroy();
      else socket.end(`HTTP/1.1 ${clientErrorStatus(fault.code)}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    });
  }

  /** Whether a connection is one too many, so that all it is told is that. */
  isRefused(socket: Socket): boolean {
    return this.#refused.has(socket);
  }

  /**
   * @returns the port
   * @throws an Error with code EADDRINUSE and the like when the address cannot be had.
   */
  listen({ host, port }: { host: string; port: number }): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, host, () => {
        this.server.off("error", reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  #admit(socket: Socket): void {
    const { perAddress = Infinity, onConnection, isExempt } = this.#options;
    onConnection?.(socket);
    const address = socket.remoteAddress ?? "";
    const known = this.#connections.get(address) ?? new Map<Duplex, number>();
    this.#connections.set(address, known);
    socket.once("close", () => this.#release(socket, address));
    if (known.size >= perAddress && isExempt?.(address) !== true && !closeIdle(known)) {
      this.#refused.add(socket);
      setTimeout(() => socket.destroy(), refusalTime).unref();
      return;
    }
    known.set(socket, 0);
  }

  #busy(socket: Socket, change: 1 | -1): void {
    const known = this.#connections.get(socket.remoteAddress ?? "");
    const requests = known?.get(socket);
    if (requests !== undefined) known?.set(socket, requests + change);
  }

  #release(socket: Duplex, address: string): void {
    const known = this.#connections.get(address);
    known?.delete(socket);
    if (known?.size === 0) this.#connections.delete(address);
  }
}

/** @returns whether there was one */
function closeIdle(connections: Map<Duplex, number>): boolean {
  const idle = [...connections].find(([, requests]) => requests === 0)?.[0];
  if (idle === undefined) return false;
  connections.delete(idle);
  idle.on("error", () => undefined);
  refuse(idle, new HttpFault("rate_limited"));
  setTimeout(() => idle.destroy(), refusalTime).unref();
  return true;
}

function clientErrorStatus(code: string | undefined): string {
  if (code === "HPE_HEADER_OVERFLOW") return "431 Request Header Fields Too Large";
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return "408 Request Timeout";
  return "400 Bad Request";
}
