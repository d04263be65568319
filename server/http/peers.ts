import type { IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";

/**
 * Who is at the other end. A tunnel's requests come from this machine's own address, so it gets a port of its own: only what
 * arrives there is believed when it says whom it was forwarded for. An address is good for counting, never for rights.
 */
export class Peers {
  readonly #forwarded = new WeakSet<Socket>();

  /** For connections on the tunnel's port. */
  readonly trust = (socket: Socket): void => void this.#forwarded.add(socket);

  /** Whether a request came through the tunnel. */
  isForwarded({ socket }: Pick<IncomingMessage, "socket">): boolean {
    return this.#forwarded.has(socket);
  }

  /** Of the machine that asks, to count its requests by; that of the tunnel's visitor where it says so. */
  address(request: Pick<IncomingMessage, "socket" | "headers">): string {
    if (!this.isForwarded(request)) return request.socket.remoteAddress ?? "";
    // The last one is what the tunnel added; the others, and other headers of the kind, a visitor can write.
    const address = [request.headers["x-forwarded-for"] ?? []].flat().at(-1)?.split(",").at(-1)?.trim() ?? "";
    return isIP(address) === 0 ? "tunnel" : address;
  }

  /** Whether the visitor's side of the connection is encrypted, so that a cookie can be kept to such connections. */
  isSecure(request: Pick<IncomingMessage, "socket">): boolean {
    return this.isForwarded(request); // only links by https are opened
  }
}
