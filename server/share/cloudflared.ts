import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, chmod, constants, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { gunzipSync } from "node:zlib";
import { isMissing } from "../media/fileErrors.ts";
import { LinkFault } from "./linkFault.ts";

/** What is downloaded where no cloudflared is installed. Version and hashes belong together: those of the release's own files. */
export const cloudflaredVersion = "2026.10.0";

export interface Asset {
  file: string;
  bytes: number;
  /** Of the file as it is downloaded. */
  sha256: string;
  /** Of the program within a .tgz, which holds nothing else. */
  program?: string;
}

const assets: Readonly<Record<string, Asset>> = {
  "linux-x64": { file: "cloudflared-linux-amd64", bytes: 40129756, sha256: "d33ff2d14475178d2012c2c56beba87389ac5ded27649519f198a7d3134a99db" },
  "linux-arm64": { file: "cloudflared-linux-arm64", bytes: 37687584, sha256: "e6422b9d4f72d3194bc5a38676f13667c06666523217b842a877d72a80b5ac08" },
  "darwin-x64": {
    file: "cloudflared-darwin-amd64.tgz",
    bytes: 21741581,
    sha256: "903845b81828c8cb3c5d13d816a2de71c06a3da5785469df8eb0e1b736d92f9f",
    program: "0560c9ab7281ac3f746055323623ed23bc0405b6dab9400474020cba33a978da",
  },
  "darwin-arm64": {
    file: "cloudflared-darwin-arm64.tgz",
    bytes: 19809074,
    sha256: "a2f79ff7b9420aa537d74af239f376da170bbabeb529aec416002adac6a72e70",
    program: "72edfd3eea463aef4d5cb89e2e209cecb048cc756c2b01915de2e0ad7cb39830",
  },
  "win32-x64": { file: "cloudflared-windows-amd64.exe", bytes: 55365048, sha256: "86aee4017b26625cee8484c113558f48effa4cd47f7aa05fcf425604e5d2b23c" },
};

/** @throws LinkFault platform */
export function assetOf(platform: string, architecture: string): Asset {
  const asset = assets[`${platform}-${architecture}`];
  if (asset === undefined) throw new LinkFault("platform");
  return asset;
}

/** @returns the path of a program that is installed, or undefined */
export async function findOnPath(name: string, path: string, windows = process.platform === "win32"): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((entry) => entry !== "")) {
    const file = join(folder, windows ? `${name}.exe` : name);
    if (await access(file, constants.X_OK).then(() => true, () => false)) return file;
  }
  return undefined;
}

export interface Download {
  asset: Asset;
  /** Where releases lie; each in a folder of its version. */
  source: string;
  /** Where the program is kept. */
  folder: string;
  signal: AbortSignal;
  /** Called where something has to be fetched. */
  onDownload?: () => void;
}

export const releases = "https://github.com/cloudflare/cloudflared/releases/download";

const longest = 5 * 60_000;

/**
 * The program of the pinned release: the one that is kept, else downloaded. What is kept is hashed each time, so that nothing
 * else is ever started.
 *
 * @throws LinkFault download, checksum
 */
export async function ensureCloudflared({ asset, source, folder, signal, onDownload }: Download): Promise<string> {
  const path = join(folder, `cloudflared-${cloudflaredVersion}${asset.file.endsWith(".exe") ? ".exe" : ""}`);
  const wanted = asset.program ?? asset.sha256;
  if ((await hashOf(path)) === wanted) return path;
  onDownload?.();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const partial = join(folder, `${randomBytes(8).toString("hex")}.part`);
  try {
    await download(`${source}/${cloudflaredVersion}/${asset.file}`, { partial, asset, signal });
    if ((await hashOf(partial)) !== asset.sha256) throw new LinkFault("checksum");
    if (asset.program !== undefined) await unpack(partial, asset);
    await chmod(partial, 0o700);
    await rename(partial, path);
    return path;
  } catch (fault) {
    throw fault instanceof LinkFault ? fault : new LinkFault("download", { cause: fault });
  } finally {
    await rm(partial, { force: true });
  }
}

async function download(url: string, { partial, asset, signal }: { partial: string; asset: Asset; signal: AbortSignal }): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(longest)]), headers: { "Accept-Encoding": "identity" } });
  if (!response.ok || response.body === null) throw new LinkFault("download", { cause: `${url}: ${response.status}` });
  await using file = await open(partial, "wx", 0o600);
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > asset.bytes) throw new LinkFault("checksum");
    await file.writeFile(chunk); // after what was written before
  }
}

/** Replaces a .tgz, whose own hash was right, by the one file in it. @throws LinkFault checksum */
async function unpack(path: string, asset: Asset): Promise<void> {
  const program = onlyFile(gunzipSync(await readFile(path)));
  if (program === undefined || createHash("sha256").update(program).digest("hex") !== asset.program) throw new LinkFault("checksum");
  await using file = await open(path, "w", 0o600);
  await file.writeFile(program);
}

const block = 512;

/** The first regular file of a tar archive (POSIX ustar): a header of one block with its size in octal, then its bytes. */
function onlyFile(tar: Buffer): Buffer | undefined {
  for (let at = 0; at + block <= tar.length; ) {
    const size = Number.parseInt(tar.toString("latin1", at + 124, at + 136), 8);
    const type = tar.toString("latin1", at + 156, at + 157);
    if (Number.isNaN(size)) return undefined;
    if (type === "0" || type === "\0") return tar.subarray(at + block, at + block + size);
    at += block + Math.ceil(size / block) * block;
  }
  return undefined;
}

/** Of a file, in hex; undefined where there is none. */
async function hashOf(path: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
  } catch (fault) {
    if (isMissing(fault)) return undefined;
    throw fault;
  }
  return hash.digest("hex");
}
