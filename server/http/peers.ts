import type { IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";

type Asking = Pick<IncomingMessage, "socket" | "headers">;

/**
 * Who is at the other end. A tunnel's requests come from this machine's own address, so it gets a port of its own: only what
 * arrives there, or from a reverse proxy that was named at the start, is believed when it says whom it was forwarded for. An
 * address is good for counting, never for rights.
 */
export class Peers {
  readonly #forwarded = new WeakSet<Socket>();
  readonly #proxies: ReadonlySet<string>;

  /** @param proxies addresses of reverse proxies */
  constructor(proxies: readonly string[] = []) {
    this.#proxies = new Set(proxies);
  }

  /** For connections on the tunnel's port. */
  readonly trust = (socket: Socket): void => void this.#forwarded.add(socket);

  /** Whether a request came through the tunnel. */
  isForwarded({ socket }: Pick<IncomingMessage, "socket">): boolean {
    return this.#forwarded.has(socket);
  }

  /** Whether connections from an address speak for many machines. */
  isProxy(address: string | undefined): boolean {
    return this.#proxies.has(plain(address));
  }

  /** Of the machine that asks, to count its requests by; that of the tunnel's or the proxy's visitor where these say so. */
  address(request: Asking): string {
    if (!this.#isBelieved(request)) return plain(request.socket.remoteAddress);
    // The last one is what the tunnel added; the others, and other headers of the kind, a visitor can write.
    const address = lastOf(request.headers["x-forwarded-for"]);
    return isIP(address) === 0 ? "tunnel" : address;
  }

  /** Whether the visitor's side of the connection is encrypted, so that a cookie can be kept to such connections. */
  isSecure(request: Asking): boolean {
    if (this.isForwarded(request)) return true; // only links by https are opened
    return this.#isBelieved(request) && lastOf(request.headers["x-forwarded-proto"]) === "https";
  }

  #isBelieved({ socket }: Asking): boolean {
    return this.#forwarded.has(socket) || this.isProxy(socket.remoteAddress);
  }
}

function lastOf(header: string | string[] | undefined): string {
  return [header ?? []].flat().at(-1)?.split(",").at(-1)?.trim() ?? "";
}

/** A dual-stack socket writes IPv4 addresses as IPv6 ones. */
function plain(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:(?=\d+\.)/, "");
}
