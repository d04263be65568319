import { HttpFault } from "../errors.ts";
import type { Peers } from "../http/peers.ts";
import { route, type Route } from "../http/routes.ts";
import type { Metrics } from "./metrics.ts";

/** GET /metrics, in Prometheus' text format: for who is logged in or has a key, and never through a public link that is open to all. */
export function metricsRoute(metrics: Metrics, { peers, isClosed }: { peers: Peers; isClosed: () => boolean }): Route {
  return route("/metrics", {}, {
    GET: async ({ request, response }) => {
      if (peers.isForwarded(request) && !isClosed()) throw new HttpFault("not_found");
      const text = await metrics.text();
      response.writeHead(200, { "Content-Type": metrics.contentType, "Content-Length": Buffer.byteLength(text), "Cache-Control": "no-store" });
      response.end(text);
    },
  });
}
