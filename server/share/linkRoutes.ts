import type { Peers } from "../http/peers.ts";
import { sendJson } from "../http/reply.ts";
import { route, type Exchange, type Route } from "../http/routes.ts";
import type { Addresses } from "./protocol.ts";
import type { Tunnel } from "./tunnel.ts";

export interface LinkRoutesOptions {
  tunnel: Tunnel | undefined;
  network: () => readonly string[];
  peers: Peers;
}

/** Under which addresses others reach this page. */
export function linkRoutes({ tunnel, network, peers }: LinkRoutesOptions): Route[] {
  const show = ({ request, response }: Exchange): void => {
    const addresses: Addresses = {
      ...(tunnel && { link: tunnel.status }),
      // Who comes from elsewhere can do nothing with them.
      network: peers.isForwarded(request) ? [] : [...network()],
    };
    sendJson(response, 200, addresses);
  };
  const retry = (exchange: Exchange): void => {
    tunnel?.retry();
    show(exchange);
  };
  return [route("/api/link", {}, { GET: show }), route("/api/link/retry", {}, { POST: retry })];
}
