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
import { MediaStore } from "./media/store.ts";
import type { ServerConfig } from "./protocol.ts";
import { Runs } from "./runs.ts";
import { refuse, Sockets } from "./ws/sockets.ts";

export interface ServerParts {
  config: Config;
  /** Both are called once the port is ours, so that nothing is started for a server that cannot listen. */
  startEngine: () => Engine;
  startPage: () => Page;
  /** Another than the internet, for tests. */
  network?: FetcherOptions["network"];
  log: Log;
}

export interface RunningServer {
  port: number;
  engine: Engine;
  /** Takes nothing more, stops what runs, ends the engine. */
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
  const server = createServer({
    headersTimeout: 10 * seconds,
    connectionsCheckingInterval: 5 * seconds,
    // Uploads have a floor on their speed besides.
    requestTimeout: 3600 * seconds,
    keepAliveTimeout: 10 * seconds,
  });
  server.maxConnections = 1000;
  const port = await listen(server, config);

  const engine = parts.startEngine();
  const page = parts.startPage();
  const fetcher = new Fetcher({ store, engine, config, port, ...(parts.network && { network: parts.network }) });
  const runs = new Runs({ engine, store, limits, timing, log });
  const origins = new OriginPolicy(config.host, config.allowedHosts);
  const sockets = new Sockets({ runs, engine, origins, access, peers, limits, timing, log });
  const describe = (): ServerConfig => ({ status: engine.status(), limits: publicLimits(config) });
  const routes = [
    ...statusRoutes({ config: describe, load: () => ({ active: runs.active, queued: runs.queued }) }),
    ...new MediaRoutes({ store, engine, config }).routes(),
    ...new FetchRoute({ fetcher, log }).routes(),
    ...new FrameRoute({ store, config }).routes(),
    ...loginRoutes(access),
    ...pageFileRoutes(page.handle),
  ];
  const router = new Router({ routes: new RouteTable(routes, pageRoute(page.handle)), access, origins, log });

  server.on("request", (request, response) => void router.handle(request, response));
  server.on("upgrade", (request: IncomingMessage, socket, head: Buffer) => {
    if (request.url === "/ws") sockets.upgrade(request, socket, head);
    else if (page.upgrade !== undefined && origins.allowsHost(request) && origins.allowsOrigin(request)) page.upgrade(request, socket, head);
    else refuse(socket, new HttpFault("not_found"));
  });
  server.on("clientError", (fault: NodeJS.ErrnoException, socket) => {
    if (fault.code === "ECONNRESET" || !socket.writable) socket.destroy();
    else socket.end(`HTTP/1.1 ${clientErrorStatus(fault.code)}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });

  const sweep = (): void => void store.sweep(timing.uploadAge, sockets.liveSessions()).catch((fault: unknown) => log.fault("sweep", fault));
  sweep();
  const sweeper = setInterval(sweep, timing.sweep);

  return {
    port,
    engine,
    close: async () => {
      clearInterval(sweeper);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await runs.close(stopGrace);
      sockets.close();
      await engine[Symbol.asyncDispose]();
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, { host, port }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
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
