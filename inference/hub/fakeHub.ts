import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** For tests: a Hub of one repository, with the endpoints and redirects of the real one that a download meets. */

export const revision = "0123456789abcdef0123456789abcdef01234567";

export interface FakeHub extends AsyncDisposable {
  endpoint: string;
  /** What was asked for, as "GET path range". */
  requests: string[];
  /** The authorization that the Hub and the host of the contents were shown. */
  shown: { hub: Set<string | undefined>; contents: Set<string | undefined> };
  /** Answers everything with this status. */
  refuse: number | undefined;
  /** Answers nothing. */
  silent: boolean;
  /** Breaks off the next content after so many bytes. */
  breakAfter: number | undefined;
}

/** @param files by path; those over 100 bytes are stored as large files are. */
export async function startFakeHub(repository: string, files: Record<string, Buffer>): Promise<FakeHub> {
  const shown = { hub: new Set<string | undefined>(), contents: new Set<string | undefined>() };
  const isLarge = (bytes: Buffer) => bytes.length > 100;
  const contents = createServer((request, response) => {
    shown.contents.add(request.headers.authorization);
    hub.requests.push(`${request.url ?? ""} ${request.headers.range ?? ""}`.trim());
    send(request, response, files[request.url?.slice(1) ?? ""] ?? Buffer.alloc(0));
  });
  const send = (request: IncomingMessage, response: ServerResponse, bytes: Buffer): void => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const headers = { "content-length": bytes.length - from, "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(request.headers.range === undefined ? 200 : 206, headers);
    if (hub.breakAfter === undefined) return void response.end(bytes.subarray(from));
    response.write(bytes.subarray(from, from + hub.breakAfter), () => response.destroy());
    hub.breakAfter = undefined;
  };
  const contentsPort = await listen(contents);
  const server = createServer((request, response) => {
    shown.hub.add(request.headers.authorization);
    const url = new URL(request.url ?? "", "http://hub");
    const json = (value: unknown) => response.setHeader("content-type", "application/json").end(JSON.stringify(value));
    if (hub.silent) return;
    if (hub.refuse !== undefined) return void response.writeHead(hub.refuse).end();
    if (url.pathname === `/api/models/${repository}/revision/main`) return json({ id: repository, sha: revision, lastModified: 0 });
    if (url.pathname === `/api/models/${repository}/tree/${revision}`) {
      return json([
        { type: "directory", path: "figures", size: 0, oid: "0".repeat(40) },
        ...Object.entries(files).map(([path, bytes]) => ({
          type: "file",
          path,
          size: bytes.length,
          oid: createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex"),
          ...(isLarge(bytes) ? { lfs: { oid: createHash("sha256").update(bytes).digest("hex"), size: bytes.length, pointerSize: 130 } } : {}),
        })),
      ]);
    }
    const path = url.pathname.replace(`/${repository}/resolve/${revision}/`, "");
    const bytes = files[path];
    if (bytes === undefined) return void response.writeHead(404).end();
    if (isLarge(bytes)) return void response.writeHead(302, { location: `http://127.0.0.1:${contentsPort}/${path}` }).end();
    send(request, response, bytes);
  });
  const hub: FakeHub = {
    endpoint: `http://127.0.0.1:${await listen(server)}`,
    requests: [],
    shown,
    refuse: undefined,
    silent: false,
    breakAfter: undefined,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([close(server), close(contents)]);
    },
  };
  return hub;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address() as AddressInfo;
  return address.port;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
