import type { UploadedMedia } from "../../server/protocol.ts";
import { mediaUrl, type uploadFile } from "../media/upload.ts";
import type { Database } from "./database.ts";

export interface MediaKeeperOptions {
  database: Database;
  upload: typeof uploadFile;
  request?: (url: string, init?: RequestInit) => Promise<Response>;
  now?: () => number;
}

/** Kept at least so long without being used (ms): something may just be about to name it. */
const graceTime = 3_600_000;

/**
 * Keeps the bytes of pictures and clips in the browser, so that a conversation can be shown and gone on with when the server
 * has forgotten them: it is given them again.
 */
export class MediaKeeper {
  readonly #options: Required<MediaKeeperOptions>;
  readonly #restoring = new Map<string, Promise<boolean>>();

  constructor(options: MediaKeeperOptions) {
    this.#options = { request: (url, init) => fetch(url, init), now: Date.now, ...options };
  }

  /** Uploads a file and keeps it. @throws UploadError as `uploadFile` does */
  readonly upload: typeof uploadFile = async (file, options) => {
    const media = await this.#options.upload(file, options);
    await this.#keep(media, file).catch(() => undefined);
    return media;
  };

  /** Keeps what is not kept yet, such as what the server has fetched from elsewhere. */
  async secure(media: readonly UploadedMedia[]): Promise<void> {
    const uploads = media.flatMap(({ frames, ...medium }) => (frames ? frames.media.map((id) => ({ id, name: medium.name, mime: medium.mime })) : [medium]));
    await Promise.all(uploads.map((upload) => this.#secure(upload).catch(() => undefined)));
  }

  /** Keeps bytes that came with a file of conversations. */
  async adopt(medium: Pick<UploadedMedia, "id" | "name" | "mime">, bytes: Blob): Promise<void> {
    await this.#keep(medium, bytes);
  }

  /** From the browser, else from the server. */
  async bytes(id: string): Promise<Blob | undefined> {
    const kept = await this.#options.database.medium(id).catch(() => undefined);
    if (kept) return kept.blob;
    const response = await this.#options.request(mediaUrl(id)).catch(() => undefined);
    return response?.ok === true ? response.blob() : undefined;
  }

  /** Gives the server what it does not have (any more). @returns whether it has it now */
  restore(id: string): Promise<boolean> {
    const begun = this.#restoring.get(id);
    if (begun) return begun;
    const restoring = this.#restore(id)
      .catch(() => false)
      .finally(() => this.#restoring.delete(id));
    this.#restoring.set(id, restoring);
    return restoring;
  }

  /** Gives the server all of these that it does not have. @returns whether it has them all now */
  async restoreAll(ids: Iterable<string>): Promise<boolean> {
    const restored = await Promise.all([...new Set(ids)].map(async (id) => !(await this.#isMissing(id)) || this.restore(id)));
    return restored.every(Boolean);
  }

  /** Removes, here and from the server, what no conversation names any more. */
  async sweep(): Promise<void> {
    const { database, request, now } = this.#options;
    for (const id of await database.unusedMedia(now() - graceTime)) {
      await request(mediaUrl(id), { method: "DELETE" }).catch(() => undefined);
      await database.removeMedium(id);
    }
  }

  async #secure({ id, name, mime }: Pick<UploadedMedia, "id" | "name" | "mime">): Promise<void> {
    if (await this.#options.database.hasMedium(id)) return;
    const response = await this.#options.request(mediaUrl(id));
    if (response.ok) await this.#keep({ id, name, mime }, await response.blob());
  }

  async #keep({ id, name, mime }: Pick<UploadedMedia, "id" | "name" | "mime">, bytes: Blob): Promise<void> {
    // The server's word for what it is, not the browser's.
    const blob = new Blob([bytes], { type: mime });
    await this.#options.database.keepMedium({ id, name, mime, blob, saved: this.#options.now() });
  }

  async #isMissing(id: string): Promise<boolean> {
    return (await this.#options.request(mediaUrl(id), { method: "HEAD" }).catch(() => undefined))?.status === 404;
  }

  async #restore(id: string): Promise<boolean> {
    const kept = await this.#options.database.medium(id);
    if (!kept) return false;
    const file = new File([kept.blob], kept.name, { type: kept.mime });
    const media = await this.#options.upload(file, { signal: new AbortController().signal, onProgress: () => undefined });
    return media.id === id;
  }
}
