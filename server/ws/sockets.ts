import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Access, Caller } from "../access/access.ts";
import type { Limits, Timing } from "../config.ts";
import type { Engine } from "../engine/types.ts";
import { HttpFault } from "../errors.ts";
import type { Peers } from "../http/peers.ts";
import { refuse } from "../http/refuse.ts";
import type { OriginPolicy } from "../http/security.ts";
import type { Log } from "../log.ts";
import type { Runs } from "../runs.ts";
import { FrameWatch } from "./frameWatch.ts";
import { Connection } from "./connection.ts";

const maxMessageBytes = 1024 * 1024;
const maxFragments = 64;
const serverOptions = {
  noServer: true,
  perMessageDeflate: false,
  maxPayload: maxMessageBytes,
  maxFragments,
  /** Milliseconds that a peer has to answer when its socket is closed: a server that ends waits for it. Not in the types of ws. */
  closeTimeout: 2000,
};

export interface SocketsOptions {
  runs: Runs;
  engine: Engine;
  origins: OriginPolicy;
  access: Access;
  peers: Peers;
  limits: Limits;
  timing: Timing;
  log: Log;
}

/** Every WebSocket of the server: who may open one, how many, and the engine's status for all of them. */
export class Sockets {
  readonly #options: SocketsOptions;
  readonly #server = new WebSocketServer(serverOptions);
  readonly #connections = new Map<Connection, string>();
  /** Of sessions that begin with their socket. */
  readonly #cookies = new WeakMap<IncomingMessage, string>();
  readonly #unsubscribe: () => void;

  constructor(options: SocketsOptions) {
    this.#options = options;
    this.#server.on("headers", (headers, request) => {
      const cookie = this.#cookies.get(request);
      if (cookie !== undefined) headers.push(`Set-Cookie: ${cookie}`);
    });
    options.access.onLogOut(() => {
      for (const connection of this.#connections.keys()) connection.checkLogin();
    });
    this.#unsubscribe = options.engine.onStatus((status) => {
      for (const connection of this.#connections.keys()) connection.sendStatus(status);
    });
  }

  get count(): number {
    return this.#connections.size;
  }

  /** The sessions that have a page open. */
  liveSessions(): ReadonlySet<string> {
    return new Set([...this.#connections.keys()].map((connection) => connection.session));
  }

  /** Takes over an upgrade request, and answers it with an HTTP error when it may not become a socket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => undefined); // a peer that is gone
    const { runs, timing, access, peers } = this.#options;
    const address = peers.address(request);
    let caller: Caller;
    try {
      caller = this.#admit(request, address);
    } catch (fault) {
      refuse(socket, fault);
      socket.once("finish", () => socket.destroy());
      return;
    }
    if (caller.cookie !== undefined) this.#cookies.set(request, caller.cookie);
    const watch = new FrameWatch();
    socket.on("data", (chunk: Buffer) => watch.feed(chunk));
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new Connection(webSocket, { session: caller.owner, runs, timing, watch, isAdmitted: () => access.admits(request) });
      this.#connections.set(connection, address);
      webSocket.once("close", () => this.#connections.delete(connection));
      connection.sendStatus(this.#options.engine.status());
    });
  }

  close(): void {
    this.#unsubscribe();
    for (const connection of this.#connections.keys()) connection.close();
    this.#server.close();
  }

  #admit(request: IncomingMessage, address: string): Caller {
    const { origins, access, limits } = this.#options;
    if (request.url !== "/ws") throw new HttpFault("not_found");
    if (!origins.allowsHost(request)) throw new HttpFault("forbidden");
    const caller = access.identify(request);
    if (caller?.byKey !== true && !origins.allowsOrigin(request)) throw new HttpFault("forbidden");
    if (caller === undefined) throw new HttpFault("unauthorized");
    const ofSession = [...this.#connections.keys()].filter((connection) => connection.session === caller.owner).length;
    const ofAddress = [...this.#connections.values()].filter((other) => other === address).length;
    const full = this.#connections.size >= limits.sockets || ofSession >= limits.socketsPerSession || ofAddress >= limits.socketsPerAddress;
    if (full) throw new HttpFault("rate_limited");
    return caller;
  }
}
