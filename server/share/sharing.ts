import { join } from "node:path";
import type { Config } from "../config.ts";
import type { FrameRoute } from "../http/frameRoute.ts";
import type { Peers } from "../http/peers.ts";
import type { Page } from "../http/router.ts";
import { route, type Route } from "../http/routes.ts";
import type { OriginPolicy } from "../http/security.ts";
import type { Log } from "../log.ts";
import type { MediaStore } from "../media/store.ts";
import { openLink } from "./link.ts";
import { linkRoutes } from "./linkRoutes.ts";
import { networkUrls } from "./network.ts";
import { ShareRoutes } from "./shareRoutes.ts";
import { ShareStore } from "./shareStore.ts";
import type { Tunnel, TunnelTiming } from "./tunnel.ts";

export interface SharingOptions {
  config: Pick<Config, "share" | "dataFolder" | "limits" | "host">;
  /** The server's own port, and the tunnel's, where there is to be one. */
  port: number;
  tunnelPort: number | undefined;
  tunnelTiming?: TunnelTiming | undefined;
  uploads: MediaStore;
  frames: FrameRoute;
  page: Page;
  origins: OriginPolicy;
  peers: Peers;
  log: Log;
}

/** What lets others see this server, and what lets them see a conversation. */
export class Sharing implements AsyncDisposable {
  /** The public link, where one was asked for. */
  readonly tunnel: Tunnel | undefined;
  readonly #store: ShareStore;
  readonly #options: SharingOptions;

  private constructor(options: SharingOptions, store: ShareStore) {
    const { config, tunnelPort, tunnelTiming, origins, log } = options;
    this.#options = options;
    this.#store = store;
    if (config.share.link === undefined || tunnelPort === undefined) return;
    const onHost = (host: string, open: boolean): void => (open ? origins.addHost(host) : origins.removeHost(host));
    this.tunnel = openLink({ config: config.share.link, port: tunnelPort, log, onHost, ...(tunnelTiming && { timing: tunnelTiming }) });
  }

  static async open(options: SharingOptions): Promise<Sharing> {
    const { dataFolder, limits } = options.config;
    return new Sharing(options, await ShareStore.open({ folder: join(dataFolder, "shares"), uploads: options.uploads, limits }));
  }

  routes(): Route[] {
    const { config, port, peers, frames, page } = this.#options;
    const link = linkRoutes({ tunnel: this.tunnel, network: () => networkUrls(config.host, port), peers });
    if (!config.share.conversations) return link;
    const show = route("/shared/*", {}, {
      GET: ({ request, response }) => {
        response.setHeader("X-Robots-Tag", "noindex, nofollow");
        return page.handle(request, response);
      },
    }, "open");
    return [...link, ...new ShareRoutes(this.#store, frames).routes(), show];
  }

  /** Removes the shares that are over. */
  sweep(): Promise<void> {
    return this.#store.sweep();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.tunnel?.[Symbol.asyncDispose]();
  }
}
