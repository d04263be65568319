import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { Access } from "./access/access.ts";
import { loginRoutes } from "./access/loginRoutes.ts";
import type { Config } from "./config.ts";
import type { Engine } from "./engine/types.ts";
import { HttpFault } from "./errors.ts";
import { FetchRoute } from "./http/fetchRoute.ts";
import { FrameRoute } from "./http/frameRoute.ts";
import { Listener } from "./http/listener.ts";
import { MediaRoutes } from "./http/mediaRoutes.ts";
import { Peers } from "./http/peers.ts";
import { refuse } from "./http/refuse.ts";
import { Router, type Page } from "./http/router.ts";
import { RouteTable, type Route } from "./http/routes.ts";
import { OriginPolicy } from "./http/security.ts";
import { pageFileRoutes, pageRoute, statusRoutes } from "./http/statusRoutes.ts";
import type { Log } from "./log.ts";
import { TokensRoute } from "./http/tokensRoute.ts";
import { Fetcher, type FetcherOptions } from "./media/fetcher.ts";
import { Metrics } from "./metrics/metrics.ts";
import { metricsRoute } from "./metrics/metricsRoute.ts";
import { Monitor } from "./metrics/monitor.ts";
import { MediaStore } from "./media/store.ts";
import type { ServerConfig } from "./protocol.ts";
import { toApiReply } from "./openai/fault.ts";
import { openAiRoutes } from "./openai/routes.ts";
import { Runs } from "./runs.ts";
import { networkUrls } from "./share/network.ts";
import { Sharing } from "./share/sharing.ts";
import type { Tunnel, TunnelTiming } from "./share/tunnel.ts";
import { Sockets } from "./ws/sockets.ts";

export interface ServerParts {
  config: Config;
  /** Both are called once the port is ours, so that nothing is started for a server that cannot listen. */
  startEngine: () => Engine;
  startPage: (engine: Engine) => Page;
  /** Another than the internet, for tests. */
  network?: FetcherOptions["network"];
  /** Another than usual, for tests. */
  tunnelTiming?: TunnelTiming;
  log: Log;
}

export interface RunningServer {
  port: number;
  engine: Engine;
  /** The public link, where one was asked for. */
  tunnel: Tunnel | undefined;
  /** All that is answered besides the pages. */
  routes: readonly Route[];
  /** Takes nothing more, lets running answers end for a while and stops them then, ends the engine. */
  close(): Promise<void>;
}

const seconds = 1000;
/** Stopped answers get this long to end by themselves. */
const stopGrace = 2 * seconds;

/** @throws an Error with code EADDRINUSE and the like when the address cannot be had. */
export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const { config, log } = parts;
  const { limits, timing } = config;
  const store = await MediaStore.open(join(config.dataFolder, "uploads"), limits);
  const peers = new Peers(config.trustedProxies);
  const access = await Access.open({ config: config.access, dataFolder: config.dataFolder, peers, log });
  const front = new Listener({ headers: timing.headers, perAddress: limits.connectionsPerAddress, isExempt: (address) => peers.isProxy(address) });
  // What comes through a tunnel comes in by a door of its own, so that it is never taken for this machine's own.
  const door = config.share.link && new Listener({ headers: timing.headers, perAddress: undefined, onConnection: peers.trust });
  const port = await front.listen(config);

  const engine = parts.startEngine();
  const page = parts.startPage(engine);
  const fetcher = new Fetcher({ store, engine, config, port, ...(parts.network && { network: parts.network }) });
  const metrics: Metrics = new Metrics({
    load: () => ({ active: runs.active, queued: runs.queued }),
    sockets: () => sockets.count,
    media: () => ({ bytes: store.bytes }),
    ready: () => engine.status().state === "ready",
    workerPid: () => engine.workerPid,
  });
  const monitor = new Monitor(metrics, log);
  engine.onStatus(({ state }) => {
    if (state === "restarting") monitor.restart();
  });
  const runs = new Runs({ engine, store, limits, timing, log, monitor });
  const origins = new OriginPolicy(config.host, config.allowedHosts);
  const sockets = new Sockets({ runs, engine, origins, access, peers, limits, timing, log });
  const describe = (): ServerConfig => ({ status: engine.status(), limits: publicLimits(config), sharing: publicSharing(config) });
  const frames = new FrameRoute({ store, config });
  const tunnelPort = await door?.listen({ host: "127.0.0.1", port: 0 });
  const sharing = await Sharing.open({ config, port, tunnelPort, tunnelTiming: parts.tunnelTiming, uploads: store, frames, page, origins, peers, log });
  const routes = [
    ...statusRoutes({ status: () => engine.status(), config: describe, load: () => ({ active: runs.active, queued: runs.queued }) }),
    ...new MediaRoutes({ store, engine, config }).routes(),
    ...new FetchRoute({ fetcher, log }).routes(),
    ...frames.routes(),
    ...new TokensRoute({ engine, config }).routes(),
    ...(engine.routes?.() ?? []),
    ...openAiRoutes({ runs, store, engine, fetcher, config, log }),
    ...sharing.routes(),
    ...loginRoutes(access, monitor),
    metricsRoute(metrics, { peers, isClosed: () => access.isClosed }),
    ...pageFileRoutes(page.handle),
  ];
  const router = new Router({ routes: new RouteTable(routes, pageRoute(page.handle)), access, origins, corsOrigins: config.corsOrigins, apiReply: toApiReply, log, monitor });

  const listeners = door ? [front, door] : [front];
  for (const listener of listeners) {
    listener.server.on("request", (request, response) => {
      if (listener.isRefused(request.socket)) router.refuse(request, response);
      else void router.handle(request, response);
    });
    listener.server.on("upgrade", (request: IncomingMessage, socket, head: Buffer) => {
      if (request.url === "/ws" && !listener.isRefused(request.socket)) sockets.upgrade(request, socket, head);
      else if (page.upgrade !== undefined && origins.allowsHost(request) && origins.allowsOrigin(request)) page.upgrade(request, socket, head);
      else {
        refuse(socket, new HttpFault("not_found"));
        socket.once("finish", () => socket.destroy());
      }
    });
  }

  const sweep = (): void => {
    for (const swept of [store.sweep(timing.uploadAge, sockets.liveSessions()), sharing.sweep(), access.sweep()]) swept.catch((fault: unknown) => log.fault("sweep", fault));
  };
  sweep();
  const sweeper = setInterval(sweep, timing.sweep);

  return {
    port,
    engine,
    tunnel: sharing.tunnel,
    routes,
    close: async () => {
      clearInterval(sweeper);
      const closed = Promise.all(listeners.map(({ server }) => new Promise<void>((resolve) => server.close(() => resolve()))));
      await runs.close(stopGrace);
      sockets.close();
      metrics[Symbol.dispose]();
      await Promise.all([engine[Symbol.asyncDispose](), sharing[Symbol.asyncDispose]()]);
      for (const { server } of listeners) server.closeAllConnections();
      await closed;
    },
  };
}

function publicSharing({ share, host }: Config): ServerConfig["sharing"] {
  return { conversations: share.conversations, addresses: share.link !== undefined || networkUrls(host, 0).length > 0 };
}

function publicLimits({ limits }: Config): ServerConfig["limits"] {
  const { imageBytes, videoBytes, mediaPerRequest, mediaPixels, textCharacters } = limits;
  return { imageBytes, videoBytes, mediaPerRequest, mediaPixels, textCharacters };
}
