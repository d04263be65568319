import { devNull, homedir } from "node:os";
import { join } from "node:path";
import type { Log } from "../log.ts";
import { assetOf, ensureCloudflared, findOnPath, releases } from "./cloudflared.ts";
import { Tunnel, type LinkPattern, type TunnelTiming } from "./tunnel.ts";
import type { TunnelCommand } from "./tunnelProcess.ts";

export interface LinkConfig {
  /** A command line that opens a tunnel, with {port} and {url} for where it leads; cloudflared without it. */
  command: string | undefined;
  /** Of the process, where cloudflared may be installed. */
  path: string;
  /** Where a cloudflared that was downloaded is kept. */
  cacheFolder: string | undefined;
}

export interface LinkOptions {
  config: LinkConfig;
  /** Of this machine: what arrives there came through the tunnel. */
  port: number;
  timing?: TunnelTiming;
  log: Log;
  onHost: (host: string, open: boolean) => void;
}

/** Cloudflare's quick tunnels have a name of their own below this one; the link leads somewhere once a connection stands. */
const cloudflarePattern: LinkPattern = { link: /(https:\/\/(?!api\.)[a-z0-9-]+\.trycloudflare\.com)/, ready: /Registered tunnel connection/ };
/** The first https link that is printed. */
const anyPattern: LinkPattern = { link: /(https:\/\/[^\s"'<>|\\^`]+)/i };

/** Opens the public link and keeps it open. Until this is called, nothing is asked of the net. */
export function openLink({ config, port, ...rest }: LinkOptions): Tunnel {
  const url = `http://127.0.0.1:${port}`;
  const { command: line } = config;
  if (line !== undefined) {
    const filled = line.replaceAll("{port}", String(port)).replaceAll("{url}", url);
    return new Tunnel({ ...rest, pattern: anyPattern, command: () => Promise.resolve({ kind: "shell", line: filled }) });
  }
  let told = false;
  const tell = (): void => {
    if (!told) rest.log.info("cloudflared is not installed here, so it is downloaded once, for the public link …");
    told = true;
  };
  const command = async (signal: AbortSignal): Promise<TunnelCommand> => ({
    kind: "program",
    path: (await findOnPath("cloudflared", config.path)) ?? (await downloaded(config, signal, tell)),
    // Its configuration is for tunnels of an account, and would keep it from opening a quick one.
    args: ["tunnel", "--no-autoupdate", "--config", devNull, "--url", url],
  });
  return new Tunnel({ ...rest, pattern: cloudflarePattern, command });
}

function downloaded({ cacheFolder }: LinkConfig, signal: AbortSignal, onDownload: () => void): Promise<string> {
  const folder = join(cacheFolder ?? join(homedir(), ".cache", "qwen3-vl-web-demo"), "cloudflared");
  const asset = assetOf(process.platform, process.arch);
  return ensureCloudflared({ asset, source: releases, folder, signal, onDownload });
}
