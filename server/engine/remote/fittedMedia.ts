import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { MediaPart } from "../../../inference/conversation.ts";
import type { FittedForm, FittedMedium } from "../../../inference/media/fitted.ts";
import { isAbandoned } from "../../media/store.ts";

type Fit = (part: MediaPart, options: { form: FittedForm; folder: string; signal: AbortSignal }) => Promise<FittedMedium>;

interface Entry {
  folder: string;
  medium: FittedMedium;
  bytes: number;
  users: number;
}

const mebibyte = 1024 * 1024;

/**
 * Media that were reduced for an engine, kept for the conversation's next turn: a clip is decoded once. What was used longest ago
 * goes first; what an answer uses stays. A part names its owner's file by path, so nobody meets another's.
 */
export class FittedMedia implements AsyncDisposable {
  readonly #fit: Fit;
  readonly #mostBytes: number;
  readonly #root: Promise<string>;
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry>();
  #count = 0;

  /** @param folder its own; what a server that is gone left there is removed */
  constructor(fit: Fit, folder: string, mostBytes = 512 * mebibyte) {
    this.#fit = fit;
    this.#mostBytes = mostBytes;
    this.#root = openRoot(folder);
    this.#root.catch(() => undefined); // told to whoever needs it
  }

  /** @param held takes what is to be released when the answer ends */
  async get(part: MediaPart, form: FittedForm, { signal, held }: { signal: AbortSignal; held: (release: () => void) => void }): Promise<FittedMedium> {
    const key = createHash("sha256").update(JSON.stringify([part, form])).digest("hex");
    const found = this.#entries.get(key) ?? (await this.#make(part, form, signal));
    // Somebody else may have made the same meanwhile.
    const entry = this.#entries.get(key) ?? found;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.users += 1;
    held(() => {
      entry.users -= 1;
      void this.#trim();
    });
    if (found !== entry) await rm(found.folder, { recursive: true, force: true });
    return entry.medium;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#entries.clear();
    const root = await this.#root.catch(() => undefined);
    if (root !== undefined) await rm(root, { recursive: true, force: true });
  }

  async #make(part: MediaPart, form: FittedForm, signal: AbortSignal): Promise<Entry> {
    const folder = join(await this.#root, String(this.#count++));
    await mkdir(folder, { mode: 0o700 });
    try {
      const medium = await this.#fit(part, { form, folder, signal });
      const sizes = await Promise.all(medium.files.map(async (file) => (await stat(file)).size));
      return { folder, medium, bytes: sizes.reduce((sum, size) => sum + size, 0), users: 0 };
    } catch (fault) {
      await rm(folder, { recursive: true, force: true });
      throw fault;
    }
  }

  async #trim(): Promise<void> {
    let total = [...this.#entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [key, { folder, bytes, users }] of [...this.#entries]) {
      if (total <= this.#mostBytes) return;
      if (users > 0) continue;
      this.#entries.delete(key);
      total -= bytes;
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function openRoot(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) if (isAbandoned(name)) await rm(join(folder, name), { recursive: true, force: true });
  const root = join(folder, `${randomBytes(8).toString("hex")}.${process.pid}.part`);
  await mkdir(root, { mode: 0o700 });
  return root;
}
