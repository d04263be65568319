import type { IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";

/** Where a peer's address is written by the tunnel that brought its request, the most telling first. */
const addressHeaders = ["cf-connecting-ip", "x-real-ip", "x-forwarded-for"] as const;

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
    for (const name of addressHeaders) {
      // The last one: the others are what the visitor wrote.
      const address = [request.headers[name] ?? []].flat().at(-1)?.split(",").at(-1)?.trim() ?? "";
      if (isIP(address) !== 0) return address;
    }
    return "tunnel";
  }

  /** Whether the visitor's side of the connection is encrypted, so that a cookie can be kept to such connections. */
  isSecure(request: Pick<IncomingMessage, "socket">): boolean {
    return this.isForwarded(request); // only links by https are opened
  }
}
