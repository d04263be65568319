import * as z from "zod/mini";

/** Why there is no public link. */
export const linkFaultSchema = z.enum(["platform", "download", "checksum", "start", "ended", "no_link", "plain_http"]);
export type LinkFaultCode = z.infer<typeof linkFaultSchema>;

/** Thrown where no public link can be opened. */
export class LinkFault extends Error {
  override readonly name = "LinkFault";
  readonly code: LinkFaultCode;

  constructor(code: LinkFaultCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/** What happened and what to do, in one sentence for the console; the page has its own words. */
export function explainLink(code: LinkFaultCode): string {
  switch (code) {
    case "platform":
      return "There is no cloudflared to download for this machine: install it, or give another program with --share-command.";
    case "download":
      return "cloudflared could not be downloaded: check the connection, or install it yourself so that it is found on PATH.";
    case "checksum":
      return "What was downloaded as cloudflared is not the published program and was thrown away: install it yourself so that it is found on PATH.";
    case "start":
      return "The tunnel's program ended before it gave a link: check the connection to the internet, and --share-command where one is given.";
    case "ended":
      return "The tunnel was closed: check the connection to the internet; it is opened again by itself, with a new link.";
    case "no_link":
      return "The tunnel gave no link within a minute: check the connection to the internet, or give another program with --share-command.";
    case "plain_http":
      return "The tunnel gave only an unencrypted http link, which is not used: choose a --share-command that prints an https link.";
  }
}
