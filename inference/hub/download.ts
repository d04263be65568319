import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, type FileHandle, mkdir, open, readFile, rename, rm, stat, statfs, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { isDiskFull } from "../diskFull.ts";
import { EngineError } from "../errors.ts";
import { takeLock } from "../lock.ts";
import { ProgressMeter } from "../progress.ts";
import type { Loading } from "../protocol.ts";
import { HubClient, type HubFile, type HubSnapshot } from "./client.ts";
import type { HubSettings } from "./settings.ts";

export interface DownloadOptions {
  settings: HubSettings;
  signal?: AbortSignal;
  onLoading?: (loading: Loading) => void;
  /** Milliseconds without a byte after which a connection counts as broken. */
  patience?: number;
}

const defaultPatience = 60_000;
/** Milliseconds for a question about the repository; a sixth of it where the answer is not needed to start. */
const answerPatience = 30_000;
/** In a row without a byte. */
const attempts = 5;

/**
 * Brings a published checkpoint into the shared cache of Hugging Face programs, in its layout (blobs named by content, a
 * folder of links for each commit), and returns the folder. What is there already is not fetched again; a broken download
 * goes on where it ended. Without a connection, what was downloaded before is used.
 *
 * @throws EngineError hub_unreachable, hub_denied, hub_not_found, model_disk_full, checkpoint_corrupt
 */
export async function downloadCheckpoint(repository: string, { settings, signal, onLoading = () => undefined, patience = defaultPatience }: DownloadOptions): Promise<string> {
  const root = path.join(settings.cacheFolder, `models--${repository.replaceAll("/", "--")}`);
  const earlier = await earlierSnapshot(root);
  const client = await HubClient.create(settings, { signal, patience: Math.min(patience, earlier === undefined ? answerPatience : answerPatience / 6) });
  let snapshot: HubSnapshot;
  try {
    if (settings.offline) throw new EngineError("hub_unreachable", { name: repository, endpoint: settings.endpoint });
    snapshot = await client.snapshot(repository);
  } catch (fault) {
    if (earlier !== undefined && fault instanceof EngineError && fault.code === "hub_unreachable") return earlier;
    throw fault;
  }
  const folder = path.join(root, "snapshots", snapshot.revision);
  try {
    for (const name of [folder, path.join(root, "blobs"), path.join(root, "refs")]) await mkdir(name, { recursive: true });
    await using lock = await takeLock(path.join(root, ".download.lock"), { onWait: (fraction) => onLoading({ stage: "downloading", fraction }) });
    const download = new Download(client, { repository, root, snapshot, patience });
    await download.run(signal, (loading) => {
      lock.setFraction(loading.fraction);
      onLoading(loading);
    });
    await writeFile(path.join(root, "refs", "main"), snapshot.revision);
  } catch (fault) {
    throw isDiskFull(fault) ? new EngineError("model_disk_full", { folder: settings.cacheFolder }, { cause: fault }) : fault;
  }
  return folder;
}

interface DownloadParts {
  repository: string;
  root: string;
  snapshot: HubSnapshot;
  patience: number;
}

class Download {
  readonly #client: HubClient;
  readonly #parts: DownloadParts;

  constructor(client: HubClient, parts: DownloadParts) {
    this.#client = client;
    this.#parts = parts;
  }

  async run(signal: AbortSignal | undefined, onLoading: (loading: Loading) => void): Promise<void> {
    const { snapshot, root } = this.#parts;
    const wanted: HubFile[] = [];
    for (const file of snapshot.files) if (!(await this.#isThere(file))) wanted.push(file);
    if (wanted.length === 0) return;
    const total = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
    const begun = await Promise.all(wanted.map((file) => sizeOf(this.#incomplete(file))));
    await checkRoom(root, total - begun.reduce((sum, bytes) => sum + bytes, 0));
    const meter = new ProgressMeter(total, (progress) => {
      const bytesPerSecond = meter.perSecond;
      onLoading({ stage: "downloading", ...progress, ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }) });
    });
    for (const file of wanted) {
      await this.#fetch(file, meter, signal);
      await rename(this.#incomplete(file), this.#blob(file));
      await this.#link(file);
    }
  }

  /** True once the snapshot leads to a whole file, be it by a link that is missing yet. */
  async #isThere(file: HubFile): Promise<boolean> {
    if ((await sizeOf(this.#pointer(file))) === file.bytes) return true;
    if ((await sizeOf(this.#blob(file))) !== file.bytes) return false;
    await this.#link(file);
    return true;
  }

  /** Appends to the incomplete file until it is whole, over as many connections as that takes. */
  async #fetch(file: HubFile, meter: ProgressMeter, signal: AbortSignal | undefined): Promise<void> {
    const target = this.#incomplete(file);
    const hash = await hashOfBeginning(target, file);
    await using handle = await open(target, "a");
    let { size: done } = await handle.stat();
    meter.add(done);
    for (let failures = 0; done < file.bytes; ) {
      const before = done;
      try {
        for await (const chunk of this.#chunks(file, done, signal)) {
          if (done + chunk.length > file.bytes) throw new EngineError("hub_unreachable", { name: this.#parts.repository });
          await writeFully(handle, chunk);
          hash.update(chunk);
          done += chunk.length;
          meter.add(chunk.length);
        }
      } catch (fault) {
        if (signal?.aborted === true || isDiskFull(fault)) throw fault;
        failures = done > before ? 1 : failures + 1;
        if (isFinal(fault) || failures >= attempts) throw fault;
        await sleep(Math.min(failures ** 2 * 250, 5000), undefined, signal ? { signal } : {});
      }
    }
    if (hash.digest("hex") === file.etag) return;
    await rm(target); // it would never become whole
    throw new EngineError("checkpoint_corrupt", { file: file.path, reason: "it arrived with other content than the Hub says" });
  }

  async *#chunks(file: HubFile, offset: number, outer: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    const { repository, snapshot, patience } = this.#parts;
    const idle = new AbortController();
    const timer = setTimeout(() => idle.abort(new Error("the connection rests")), patience);
    try {
      const signal = AbortSignal.any([idle.signal, ...(outer ? [outer] : [])]);
      const response = await this.#client.content(repository, { revision: snapshot.revision, file: file.path, offset, signal });
      // A server that knows no ranges begins anew.
      let skip = offset > 0 && response.status !== 206 ? offset : 0;
      for await (const chunk of response.body ?? []) {
        timer.refresh();
        const bytes = z.instanceof(Uint8Array).parse(chunk);
        if (skip < bytes.length) yield bytes.subarray(skip);
        skip = Math.max(0, skip - bytes.length);
      }
    } catch (fault) {
      if (outer?.aborted === true || fault instanceof EngineError) throw fault;
      throw new EngineError("hub_unreachable", { name: repository }, { cause: fault });
    } finally {
      clearTimeout(timer);
    }
  }

  async #link(file: HubFile): Promise<void> {
    const pointer = this.#pointer(file);
    await rm(pointer, { force: true });
    try {
      await symlink(path.relative(path.dirname(pointer), this.#blob(file)), pointer);
    } catch (fault) {
      if (!(fault instanceof Error && "code" in fault && fault.code === "EPERM")) throw fault;
      await rename(this.#blob(file), pointer); // Windows without the right to link: as huggingface_hub, without a blob
    }
  }

  #blob({ etag }: HubFile): string {
    return path.join(this.#parts.root, "blobs", etag);
  }

  #incomplete(file: HubFile): string {
    return `${this.#blob(file)}.incomplete`;
  }

  #pointer({ path: name }: HubFile): string {
    return path.join(this.#parts.root, "snapshots", this.#parts.snapshot.revision, name);
  }
}

/** What the last download brought, where it is whole enough to be tried. */
async function earlierSnapshot(root: string): Promise<string | undefined> {
  try {
    const revision = (await readFile(path.join(root, "refs", "main"), "utf8")).trim();
    const folder = path.join(root, "snapshots", path.basename(revision));
    await access(path.join(folder, "config.json"));
    return folder;
  } catch {
    return undefined;
  }
}

/** Of what an earlier connection brought; more than the whole file cannot be a part of it and is dropped. */
async function hashOfBeginning(incomplete: string, file: HubFile): Promise<Hash> {
  if ((await sizeOf(incomplete)) > file.bytes) await rm(incomplete);
  const hash = createHash(file.hash === "sha256" ? "sha256" : "sha1");
  if (file.hash === "git") hash.update(`blob ${file.bytes}\0`);
  if ((await sizeOf(incomplete)) > 0) {
    for await (const chunk of createReadStream(incomplete)) hash.update(z.instanceof(Uint8Array).parse(chunk));
  }
  return hash;
}

async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes) throw new EngineError("model_disk_full", { folder, bytes });
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    return 0;
  }
}

async function writeFully(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) written += (await handle.write(bytes, written)).bytesWritten;
}

/** Trying again would bring the same. */
function isFinal(fault: unknown): boolean {
  return fault instanceof EngineError && (fault.code === "hub_denied" || fault.code === "hub_not_found");
}
