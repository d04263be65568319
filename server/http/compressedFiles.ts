import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { isMissing } from "../media/fileErrors.ts";

/** The best first, with the ending of the files that are compressed so. */
const codings = { br: "br", gzip: "gz" } as const;
type Coding = keyof typeof codings;

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
};

export interface CompressedFile {
  path: string;
  type: string;
  /** Changes whenever the bytes do; each coding has a tag of its own. */
  tag: string;
  /** In bytes, of the file as it is and in each coding that it was compressed in. */
  sizes: Record<Coding | "identity", number>;
}

/**
 * The files of a folder that were compressed beforehand, each beside its own (`x.js`, `x.js.br`, `x.js.gz`), by their addresses.
 * They are listed once, so that no address leads anywhere else.
 */
export class CompressedFiles {
  readonly #files: ReadonlyMap<string, CompressedFile>;

  private constructor(files: ReadonlyMap<string, CompressedFile>) {
    this.#files = files;
  }

  /** @param base the address of the folder, with a slash at its end */
  static async open(folder: string, base: string): Promise<CompressedFiles> {
    const files = new Map<string, CompressedFile>();
    const names = await readdir(folder, { recursive: true });
    await Promise.all(
      names.map(async (name) => {
        const file = await describe(join(folder, name));
        if (file) files.set(base + name.split(sep).map(encodeURIComponent).join("/"), file);
      }),
    );
    return new CompressedFiles(files);
  }

  /** @param path of an address, without its query */
  find(path: string): CompressedFile | undefined {
    return this.#files.get(path);
  }
}

/** Undefined where there is nothing compressed beside it. */
async function describe(path: string): Promise<CompressedFile | undefined> {
  const type = types[extname(path)];
  if (type === undefined) return undefined;
  try {
    const [identity, br, gzip] = await Promise.all([path, `${path}.${codings.br}`, `${path}.${codings.gzip}`].map((file) => stat(file)));
    if (!identity || !br || !gzip || !identity.isFile()) return undefined;
    return { path, type, tag: `${identity.size.toString(36)}-${Math.trunc(identity.mtimeMs).toString(36)}`, sizes: { identity: identity.size, br: br.size, gzip: gzip.size } };
  } catch (fault) {
    if (isMissing(fault)) return undefined;
    throw fault;
  }
}

/** Sends a file in the smallest form that the browser takes. Its name changes with its content, so it may be kept for ever. */
export async function sendCompressed(request: IncomingMessage, response: ServerResponse, { path, type, tag, sizes }: CompressedFile): Promise<void> {
  const coding = bestCoding(request.headers["accept-encoding"]);
  const etag = `"${tag}-${coding}"`;
  // A policy of ours is for documents; a picture can be opened as one.
  if (type.startsWith("text/")) response.removeHeader("Content-Security-Policy");
  response.setHeader("Cache-Control", "public, max-age=31536000, immutable");
  response.setHeader("Vary", "Accept-Encoding");
  response.setHeader("ETag", etag);
  if (request.headers["if-none-match"]?.split(",").some((known) => known.trim().replace(/^W\//, "") === etag)) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, { "Content-Type": type, "Content-Length": sizes[coding], ...(coding !== "identity" && { "Content-Encoding": coding }) });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  await pipeline(createReadStream(coding === "identity" ? path : `${path}.${codings[coding]}`), response).catch((fault: unknown) => {
    if (!response.destroyed) throw fault; // the browser went elsewhere
  });
}

/** The best of the codings that an Accept-Encoding header (RFC 9110, 12.5.3) allows. */
export function bestCoding(header = ""): Coding | "identity" {
  const allowed = new Map<string, boolean>();
  for (const entry of header.toLowerCase().split(",")) {
    const [name = "", ...parameters] = entry.split(";").map((part) => part.trim());
    allowed.set(name, !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter)));
  }
  const takes = (coding: string) => allowed.get(coding) ?? allowed.get("*") ?? false;
  if (takes("br")) return "br";
  return takes("gzip") ? "gzip" : "identity";
}
