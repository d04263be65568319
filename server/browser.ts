import { spawn } from "node:child_process";
import type { Log } from "./log.ts";

/** Opens the default browser; a machine without one only gets a line on the console. */
export function openBrowser(url: string, log: Log): void {
  const [command, args] = opener(url);
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  child.on("error", () => log.info(`No browser could be opened; the page is at ${url}.`));
  child.unref();
}

function opener(url: string): [command: string, args: string[]] {
  switch (process.platform) {
    case "darwin":
      return ["open", [url]];
    case "win32":
      return ["cmd", ["/c", "start", "", url]];
    default:
      return ["xdg-open", [url]];
  }
}
