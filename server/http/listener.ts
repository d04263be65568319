import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { HttpFault } from "../errors.ts";
import { connectionLimit } from "./openFiles.ts";
import { refuse } from "./refuse.ts";

const seconds = 1000;
/** How long a refused connection may take to read why. */
const refusalTime = 1 * seconds;

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

/** An HTTP server that does not wait for slow headers, and that no single address can fill. */
export class Listener {
  readonly server: Server;
  readonly #options: ListenerOptions;
  /** Connections by address; those that became WebSockets are counted elsewhere. */
  readonly #counts = new Map<string, number>();
  readonly #counted = new Map<Duplex, string>();
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
    this.server.on("upgrade", (_, socket) => this.#release(socket));
    this.server.on("clientError", (fault: NodeJS.ErrnoException, socket) => {
      if (fault.code === "ECONNRESET" || !socket.writable) socket.destroy();
      else socket.end(`HTTP/1.1 ${clientErrorStatus(fault.code)}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    });
  }

  /** Whether a connection was refused, so that nothing that still comes by it counts. */
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
    const count = this.#counts.get(address) ?? 0;
    if (count >= perAddress && isExempt?.(address) !== true) {
      this.#refused.add(socket);
      socket.on("error", () => undefined);
      refuse(socket, new HttpFault("rate_limited"));
      setTimeout(() => socket.destroy(), refusalTime).unref();
      return;
    }
    this.#counts.set(address, count + 1);
    this.#counted.set(socket, address);
    socket.once("close", () => this.#release(socket));
  }

  #release(socket: Duplex): void {
    const address = this.#counted.get(socket);
    if (address === undefined) return;
    this.#counted.delete(socket);
    const left = (this.#counts.get(address) ?? 1) - 1;
    if (left === 0) this.#counts.delete(address);
    else this.#counts.set(address, left);
  }
}

function clientErrorStatus(code: string | undefined): string {
  if (code === "HPE_HEADER_OVERFLOW") return "431 Request Header Fields Too Large";
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return "408 Request Timeout";
  return "400 Bad Request";
}
