import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Access } from "./access/access.ts";
import { loginRoutes } from "./access/loginRoutes.ts";
import type { Config } from "./config.ts";
import type { Engine } from "./engine/types.ts";
import { HttpFault } from "./errors.ts";
import { FetchRoute } from "./http/fetchRoute.ts";
import { FrameRoute } from "./http/frameRoute.ts";
import { MediaRoutes } from "./http/mediaRoutes.ts";
import { Peers } from "./http/peers.ts";
import { Router, type Page } from "./http/router.ts";
import { RouteTable } from "./http/routes.ts";
import { OriginPolicy } from "./http/security.ts";
import { pageFileRoutes, pageRoute, statusRoutes } from "./http/statusRoutes.ts";
import type { Log } from "./log.ts";
import { Fetcher, type FetcherOptions } from "./media/fetcher.ts";
import { TokensRoute } from "./http/tokensRoute.ts";
import { Metrics } from "./metrics/metrics.ts";
import { metricsRoute } from "./metrics/metricsRoute.ts";
import { Monitor } from "./metrics/monitor.ts";
import { MediaStore } from "./media/store.ts";
import type { ServerConfig } from "./protocol.ts";
import { Runs } from "./runs.ts";
import { networkUrls } from "./share/network.ts";
import { Sharing } from "./share/sharing.ts";
import type { Tunnel, TunnelTiming } from "./share/tunnel.ts";
import { refuse, Sockets } from "./ws/sockets.ts";

export interface ServerParts {
  config: Config;
  /** Both are called once the port is ours, so that nothing is started for a server that cannot listen. */
  startEngine: () => Engine;
  startPage: () => Page;
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
  const peers = new Peers();
  const access = await Access.open({ config: config.access, dataFolder: config.dataFolder, peers });
  const server = createListener();
  // What comes through a tunnel comes in by a door of its own, so that it is never taken for this machine's own.
  const door = config.share.link && createListener();
  door?.on("connection", peers.trust);
  const port = await listen(server, config);

  const engine = parts.startEngine();
  const page = parts.startPage();
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
  const tunnelPort = door && (await listen(door, { host: "127.0.0.1", port: 0 }));
  const sharing = await Sharing.open({ config, port, tunnelPort, tunnelTiming: parts.tunnelTiming, uploads: store, frames, page, origins, peers, log });
  const routes = [
    ...statusRoutes({ config: describe, load: () => ({ active: runs.active, queued: runs.queued }) }),
    ...new MediaRoutes({ store, engine, config }).routes(),
    ...new FetchRoute({ fetcher, log }).routes(),
    ...frames.routes(),
    ...new TokensRoute({ engine, config }).routes(),
    ...sharing.routes(),
    ...loginRoutes(access, monitor),
    metricsRoute(metrics, { peers, isClosed: () => access.isClosed }),
    ...pageFileRoutes(page.handle),
  ];
  const router = new Router({ routes: new RouteTable(routes, pageRoute(page.handle)), access, origins, log, monitor });

  const listeners = door ? [server, door] : [server];
  for (const listener of listeners) {
    listener.on("request", (request, response) => void router.handle(request, response));
    listener.on("upgrade", (request: IncomingMessage, socket, head: Buffer) => {
      if (request.url === "/ws") sockets.upgrade(request, socket, head);
      else if (page.upgrade !== undefined && origins.allowsHost(request) && origins.allowsOrigin(request)) page.upgrade(request, socket, head);
      else refuse(socket, new HttpFault("not_found"));
    });
    listener.on("clientError", (fault: NodeJS.ErrnoException, socket) => {
      if (fault.code === "ECONNRESET" || !socket.writable) socket.destroy();
      else socket.end(`HTTP/1.1 ${clientErrorStatus(fault.code)}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    });
  }

  const sweep = (): void => {
    for (const swept of [store.sweep(timing.uploadAge, sockets.liveSessions()), sharing.sweep()]) swept.catch((fault: unknown) => log.fault("sweep", fault));
  };
  sweep();
  const sweeper = setInterval(sweep, timing.sweep);

  return {
    port,
    engine,
    tunnel: sharing.tunnel,
    close: async () => {
      clearInterval(sweeper);
      const closed = Promise.all(listeners.map((listener) => new Promise<void>((resolve) => listener.close(() => resolve()))));
      await runs.close(stopGrace);
      sockets.close();
      metrics[Symbol.dispose]();
      await Promise.all([engine[Symbol.asyncDispose](), sharing[Symbol.asyncDispose]()]);
      for (const listener of listeners) listener.closeAllConnections();
      await closed;
    },
  };
}

function createListener(): Server {
  const server = createServer({
    headersTimeout: 10 * seconds,
    connectionsCheckingInterval: 5 * seconds,
    // Uploads have a floor on their speed besides.
    requestTimeout: 3600 * seconds,
    keepAliveTimeout: 10 * seconds,
  });
  server.maxConnections = 1000;
  return server;
}

function listen(server: Server, { host, port }: Pick<Config, "host" | "port">): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function publicSharing({ share, host }: Config): ServerConfig["sharing"] {
  return { conversations: share.conversations, addresses: share.link !== undefined || networkUrls(host, 0).length > 0 };
}

function publicLimits({ limits }: Config): ServerConfig["limits"] {
  const { imageBytes, videoBytes, mediaPerRequest, mediaPixels, textCharacters } = limits;
  return { imageBytes, videoBytes, mediaPerRequest, mediaPixels, textCharacters };
}

function clientErrorStatus(code: string | undefined): string {
  if (code === "HPE_HEADER_OVERFLOW") return "431 Request Header Fields Too Large";
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return "408 Request Timeout";
  return "400 Bad Request";
}
