import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat, statfs, utimes, writeFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { EngineError } from "../../inference/errors.ts";
import { isMissing } from "./fileErrors.ts";
import { timeOfDay } from "../clock.ts";
import type { Limits } from "../config.ts";
import { uploadedMediaSchema, type UploadedMedia } from "../protocol.ts";

const partialSuffix = ".part";
const sessionPattern = /^[0-9a-f]{32}$/;

/** Refused uploads leave an empty folder; milliseconds until it goes. */
const emptyAge = 60_000;

type StoreLimits = Pick<Limits, "sessionBytes" | "totalBytes" | "freeBytes">;

/**
 * Uploads on disk: `<folder>/<session>/<sha256>`, with `<sha256>.json` beside it, which is written last and makes
 * the upload exist, and `<sha256>.poster.jpg` for clips. A file belongs to one session and is seen by no other.
 */
export class MediaStore {
  readonly #folder: string;
  readonly #limits: StoreLimits;
  /** Bytes per session, uploads under way included. */
  readonly #usage = new Map<string, number>();

  private constructor(folder: string, limits: StoreLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** Creates the folder, drops what a server that is gone left half-written, and counts the rest. */
  static async open(folder: string, limits: StoreLimits): Promise<MediaStore> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const store = new MediaStore(folder, limits);
    for (const session of await store.#sessions()) await store.#recount(session);
    return store;
  }

  /** Of all uploads together. */
  get bytes(): number {
    return [...this.#usage.values()].reduce((sum, value) => sum + value, 0);
  }

  /** @throws EngineError disk_full when neither the quotas nor the disk leave room. */
  async begin(session: string): Promise<PartialUpload> {
    const disk = await statfs(this.#folder);
    if (disk.bavail * disk.bsize < this.#limits.freeBytes) throw new EngineError("disk_full");
    const folder = join(this.#folder, session);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${randomBytes(8).toString("hex")}.${process.pid}${partialSuffix}`);
    return new PartialUpload(path, await open(path, "wx", 0o600), (bytes) => this.#reserve(session, bytes));
  }

  /** Makes a validated upload exist under its id. */
  async keep(session: string, partial: PartialUpload, media: UploadedMedia): Promise<void> {
    const path = this.path(session, media.id);
    const known = await this.find(session, media.id);
    await rename(partial.poster, this.posterPath(session, media.id)).catch(ignoreMissing);
    await rename(partial.path, path);
    if (known !== undefined) this.#reserve(session, -known.bytes);
    partial.release();
    await writeFile(`${partial.path}.json`, JSON.stringify(media), { mode: 0o600 });
    await rename(`${partial.path}.json`, `${path}.json`);
  }

  async find(session: string, id: string): Promise<UploadedMedia | undefined> {
    try {
      const text = await readFile(`${this.path(session, id)}.json`, "utf8");
      return uploadedMediaSchema.parse(JSON.parse(text));
    } catch (fault) {
      if (isMissing(fault)) return undefined;
      throw fault;
    }
  }

  /** Of all uploads of a session. */
  async ids(session: string): Promise<string[]> {
    const names = await readdir(join(this.#folder, session)).catch((fault: unknown) => {
      ignoreMissing(fault);
      return [];
    });
    return names.flatMap((name) => /^([0-9a-f]{64})\.json$/.exec(name)?.[1] ?? []);
  }

  path(session: string, id: string): string {
    return join(this.#folder, session, id);
  }

  posterPath(session: string, id: string): string {
    return `${this.path(session, id)}.poster.jpg`;
  }

  /** @returns false when there is no such upload. */
  async remove(session: string, id: string): Promise<boolean> {
    const media = await this.find(session, id);
    if (media === undefined) return false;
    const path = this.path(session, id);
    // The description first: without it the rest is an orphan that the next start removes.
    for (const file of [`${path}.json`, path, this.posterPath(session, id)]) await rm(file, { force: true });
    this.#reserve(session, -media.bytes);
    return true;
  }

  /** Removes the uploads of sessions that are not in `live` and were last used more than `age` milliseconds ago. */
  async sweep(age: number, live: ReadonlySet<string>): Promise<void> {
    // Not by the system's clock: a jump of a day must not cost everybody their uploads.
    const now = new Date(timeOfDay());
    for (const session of await this.#sessions()) {
      const folder = join(this.#folder, session);
      if (live.has(session)) {
        await utimes(folder, now, now).catch(ignoreMissing);
        continue;
      }
      const unused = now.getTime() - (await stat(folder)).mtimeMs;
      if (unused > emptyAge) await rmdir(folder).catch(() => undefined); // only if nothing is in it
      if (unused < age) continue;
      await rm(folder, { recursive: true, force: true });
      this.#usage.delete(session);
    }
  }

  async #sessions(): Promise<string[]> {
    return (await readdir(this.#folder)).filter((name) => sessionPattern.test(name));
  }

  async #recount(session: string): Promise<void> {
    const folder = join(this.#folder, session);
    const names = new Set(await readdir(folder));
    let bytes = 0;
    for (const name of names) {
      const id = name.slice(0, 64);
      if (isAbandoned(name) || (!name.includes(partialSuffix) && !names.has(`${id}.json`))) await rm(join(folder, name), { force: true });
      else if (name === id) bytes += (await stat(join(folder, name))).size;
    }
    this.#usage.set(session, bytes);
  }

  /** @throws EngineError disk_full when more is wanted than the quotas allow. */
  #reserve(session: string, bytes: number): void {
    const used = this.#usage.get(session) ?? 0;
    const full = used + bytes > this.#limits.sessionBytes || this.bytes + bytes > this.#limits.totalBytes;
    if (bytes > 0 && full) throw new EngineError("disk_full");
    this.#usage.set(session, Math.max(0, used + bytes));
  }
}

/** A file that is being received or validated; gone after dispose unless the store kept it. */
export class PartialUpload implements AsyncDisposable {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #reserve: (bytes: number) => void;
  #bytes = 0;
  #kept = false;

  constructor(path: string, file: FileHandle, reserve: (bytes: number) => void) {
    this.path = path;
    this.#file = file;
    this.#reserve = reserve;
  }

  get poster(): string {
    return `${this.path}.jpg`;
  }

  get bytes(): number {
    return this.#bytes;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#reserve(chunk.length);
    this.#bytes += chunk.length;
    let written = 0;
    while (written < chunk.length) written += (await this.#file.write(chunk, written)).bytesWritten;
  }

  /** No more bytes follow; the file can be read by others. */
  close(): Promise<void> {
    return this.#file.close();
  }

  /** The store has taken the file over, and its bytes with it. */
  release(): void {
    this.#kept = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#kept) return;
    await this.close().catch(() => undefined); // closed before
    this.#reserve(-this.#bytes);
    for (const file of [this.path, this.poster, `${this.path}.json`]) await rm(file, { force: true });
  }
}

/** Whether a half-written file belongs to a server that no longer runs. */
export function isAbandoned(name: string): boolean {
  const pid = /\.(\d+)\.part/.exec(name)?.[1];
  if (pid === undefined) return false;
  if (Number(pid) === process.pid) return true;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch {
    return true;
  }
}

function ignoreMissing(fault: unknown): void {
  if (!isMissing(fault)) throw fault;
}
