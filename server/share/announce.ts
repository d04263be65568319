import type { Config } from "../config.ts";
import type { Log } from "../log.ts";
import { explainLink } from "./linkFault.ts";
import type { LinkStatus } from "./protocol.ts";
import { qrLines } from "./qr.ts";
import type { Tunnel } from "./tunnel.ts";

/** Tells on the console where the page is found from elsewhere, whenever that changes. */
export function announceLink(tunnel: Tunnel, { share: { password }, access }: Pick<Config, "share" | "access">, log: Log): void {
  const closed = password !== undefined || access.users.length > 0 || access.file !== undefined || access.apiKeys.length > 0;
  if (password !== undefined) log.info(`Password for everybody, on this machine too: ${password}`);
  let before = "";
  const show = (status: LinkStatus): void => {
    const text = status.state === "open" ? status.url : status.state === "failed" ? status.code : before;
    // The same failure again is no news.
    if (text === before) return;
    before = text;
    for (const line of linesOf(status, closed)) log.info(line);
  };
  log.info("The public link is being opened …");
  show(tunnel.status);
  tunnel.onStatus(show);
}

function linesOf(status: LinkStatus, closed: boolean): string[] {
  switch (status.state) {
    case "opening":
      return [];
    case "open":
      return [`Public link: ${status.url}`, ...qrLines(status.url), `It leads here for as long as this program runs.${closed ? "" : " Everybody who has it can use the demo."}`];
    case "failed":
      return [`No public link. ${explainLink(status.code)} The page works here all the same; the link is tried again by itself.`];
  }
}
