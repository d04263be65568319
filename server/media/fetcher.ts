import { setTimeout as sleep } from "node:timers/promises";
import { EngineError } from "../../inference/errors.ts";
import { openDownload, type Download, type DownloadOptions } from "../../inference/media/download.ts";
import type { Config } from "../config.ts";
import type { Engine } from "../engine/types.ts";
import { OwnerLimit } from "../ownerLimit.ts";
import type { UploadedMedia } from "../protocol.ts";
import { keep } from "./keep.ts";
import { label, writeFile } from "./receive.ts";
import type { MediaStore } from "./store.ts";

export interface FetcherOptions {
  store: MediaStore;
  engine: Engine;
  config: Pick<Config, "limits" | "timing" | "privateUrls">;
  /** Of this server: it does not fetch from itself. */
  port: number;
  network?: DownloadOptions["network"];
}

export interface FetchOptions {
  owner: string;
  signal: AbortSignal;
  /** How many bytes have come; `total` where the other server says it. */
  onProgress?: (bytes: number, total: number | undefined) => void;
}

const fetchesPerOwner = 2;

/** Pictures and clips by their address: fetched, validated and kept as uploads of whoever asked. */
export class Fetcher {
  readonly #options: FetcherOptions;
  readonly #limit = new OwnerLimit(fetchesPerOwner);

  constructor(options: FetcherOptions) {
    this.#options = options;
  }

  /**
   * @throws HttpFault rate_limited for a third one at the same time; EngineError url_invalid, url_not_allowed, fetch_failed,
   * disk_full and the media codes; what `signal` was aborted with
   */
  async fetch(url: string, options: FetchOptions): Promise<UploadedMedia> {
    using place = this.#limit.enter(options.owner);
    return await this.#fetch(url, options);
  }

  async #fetch(url: string, { owner, signal, onProgress = () => undefined }: FetchOptions): Promise<UploadedMedia> {
    const { store, engine, config } = this.#options;
    await using partial = await store.begin(owner);
    const name = nameOf(url);
    const download = await this.#open(url, name, signal);
    const file = await writeFile({ chunks: reported(download, onProgress), name }, partial, config.limits);
    return await keep(owner, partial, file, { store, engine });
  }

  /** Hosts that are refused are so after the same time: it must not tell names that exist from others. */
  async #open(url: string, name: string, signal: AbortSignal): Promise<Download> {
    const { config, port, network } = this.#options;
    const { limits, timing, privateUrls } = config;
    const answered = sleep(timing.refusal, undefined, { signal }).catch(() => undefined);
    try {
      return await openDownload(url, {
        allowPrivateAddresses: privateUrls,
        limit: Math.max(limits.imageBytes, limits.videoBytes),
        name,
        signal,
        timeout: timing.fetch,
        window: timing.uploadWindow,
        ownPort: port,
        ...(network && { network }),
      });
    } catch (fault) {
      if (fault instanceof EngineError && fault.code === "url_not_allowed") await answered;
      throw fault;
    }
  }
}

/** Passes the bytes on, and says how many there were. */
async function* reported({ chunks, total }: Download, onProgress: NonNullable<FetchOptions["onProgress"]>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    onProgress(bytes, total);
    yield chunk;
  }
}

/** The last part of the address, or its host. */
function nameOf(url: string): string {
  if (!URL.canParse(url)) return label(url);
  const { pathname, hostname } = new URL(url);
  const last = pathname.split("/").at(-1) ?? "";
  return last === "" ? label(hostname) : label(decoded(last));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
