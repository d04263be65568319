import { randomBytes } from "node:crypto";
import { access, copyFile, link, mkdir, readdir, readFile, rename, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { EngineError } from "../../inference/errors.ts";
import { HttpFault } from "../errors.ts";
import { isMissing } from "../media/fileErrors.ts";
import { isAbandoned, type MediaStore } from "../media/store.ts";
import { mediaIdSchema, uploadedMediaSchema } from "../protocol.ts";
import { shareIdSchema, shareSummarySchema, type SharedConversation, type ShareRequest, type ShareSummary } from "./protocol.ts";

const day = 24 * 3_600_000;

const { mime, info, name, bytes } = uploadedMediaSchema.shape;
const sharedFileSchema = z.object({ mime, info, name, bytes });

/** The file that makes a share, beside the conversation: who made it, and what its media are, in the server's own words. */
const recordSchema = z.object({ owner: z.string(), summary: shareSummarySchema, files: z.record(mediaIdSchema, sharedFileSchema), length: z.number() });
type ShareRecord = z.infer<typeof recordSchema>;

interface Known {
  owner: string;
  summary: ShareSummary;
  /** Of all its files. */
  bytes: number;
  /** What may be asked for, by id. */
  files: ReadonlyMap<string, z.infer<typeof sharedFileSchema>>;
}

export interface SharedMediumFile extends z.infer<typeof sharedFileSchema> {
  path: string;
  poster: string;
}

export interface ShareLimits {
  sharesPerOwner: number;
  shares: number;
  /** Of all files, of one owner and of all. */
  sessionBytes: number;
  totalBytes: number;
  freeBytes: number;
}

export interface ShareStoreOptions {
  folder: string;
  uploads: MediaStore;
  limits: ShareLimits;
  /** Epoch, ms. */
  now?: () => number;
}

/**
 * Conversations that can be read by everybody who has their link: `<folder>/<id>` with `share.json`, `conversation.json` and the
 * media, which are the owner's uploads by hard link where the disk can do that. A folder appears and goes as a whole, whichever
 * server on this data folder made or revoked it.
 */
export class ShareStore {
  readonly #options: ShareStoreOptions;
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();
  /** Known already, so that they count, but not in the folder yet. */
  readonly #making = new Set<string>();

  private constructor(options: ShareStoreOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  static async open(options: ShareStoreOptions): Promise<ShareStore> {
    const { folder } = options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const store = new ShareStore(options);
    for (const name of await readdir(folder)) if (isAbandoned(name)) await rm(join(folder, name), { recursive: true, force: true });
    await store.#refresh();
    return store;
  }

  /**
   * @throws EngineError media_missing for one that is not the owner's (any more), disk_full
   * @throws HttpFault share_limit
   */
  async create(owner: string, { title, turns, days }: ShareRequest): Promise<ShareSummary> {
    const { folder } = this.#options;
    const created = this.#now();
    const conversation: SharedConversation = { title, turns, created, expires: days === null ? null : created + days * day };
    const id = randomBytes(16).toString("hex");
    const text = JSON.stringify(conversation);
    const record: ShareRecord = { owner, summary: summarize(id, conversation), files: await this.#filesOf(owner, conversation), length: Buffer.byteLength(text) };
    const known = toKnown(record);
    const disk = await statfs(folder);
    await this.#refresh();
    this.#requireRoom(known, disk.bavail * disk.bsize);
    this.#making.add(id);
    this.#known.set(id, known); // in the same breath, so that many at once do not go over the limits
    const partial = join(folder, `${id}.${process.pid}.part`);
    try {
      await mkdir(partial, { mode: 0o700 });
      for (const file of known.files.keys()) await this.#take(owner, file, partial);
      await writeFile(join(partial, "conversation.json"), text, { mode: 0o600 });
      await writeFile(join(partial, "share.json"), JSON.stringify(record), { mode: 0o600 });
      await rename(partial, join(folder, id));
    } catch (fault) {
      this.#known.delete(id);
      await rm(partial, { recursive: true, force: true });
      throw isMissing(fault) ? new EngineError("media_missing", { name: "" }, { cause: fault }) : fault;
    } finally {
      this.#making.delete(id);
    }
    return known.summary;
  }

  /** The latest first. */
  async list(owner: string): Promise<ShareSummary[]> {
    await this.#refresh();
    const live = [...this.#known.values()].filter((known) => known.owner === owner && !this.#isOver(known.summary));
    return live.map(({ summary }) => summary).sort((a, b) => b.created - a.created);
  }

  /** @returns false where this owner has no such share */
  async revoke(owner: string, id: string): Promise<boolean> {
    if ((await this.#find(id))?.owner !== owner) return false;
    await this.#remove(id);
    return true;
  }

  /** The JSON that everybody may read who has the link; undefined for one that is over, revoked or never was. */
  async read(id: string): Promise<Buffer | undefined> {
    if ((await this.#find(id)) === undefined) return undefined;
    return readFile(join(this.#options.folder, id, "conversation.json")).catch((fault: unknown) => {
      if (isMissing(fault)) return undefined; // revoked meanwhile
      throw fault;
    });
  }

  /** A medium of a share, and where its file is. */
  async medium(id: string, medium: string): Promise<SharedMediumFile | undefined> {
    const known = (await this.#find(id))?.files.get(medium);
    const path = join(this.#options.folder, id, medium);
    return known && { ...known, path, poster: `${path}.poster.jpg` };
  }

  /** Removes what is over. */
  async sweep(): Promise<void> {
    await this.#refresh();
    for (const [id, { summary }] of this.#known) if (this.#isOver(summary)) await this.#remove(id);
  }

  async #find(id: string): Promise<Known | undefined> {
    const known = this.#known.get(id) ?? (await this.#learn(id));
    if (known === undefined || this.#isOver(known.summary)) return undefined;
    return (await exists(join(this.#options.folder, id))) ? known : undefined;
  }

  /** Learns what other servers made and revoked. */
  async #refresh(): Promise<void> {
    const before = [...this.#known.keys()].filter((id) => !this.#making.has(id));
    const names = new Set(await readdir(this.#options.folder));
    for (const id of before) if (!names.has(id)) this.#known.delete(id);
    for (const name of names) if (!this.#known.has(name)) await this.#learn(name);
  }

  async #learn(id: string): Promise<Known | undefined> {
    const record = shareIdSchema.safeParse(id).success ? await readRecord(join(this.#options.folder, id)) : undefined;
    if (record?.summary.id !== id) return undefined;
    const known = toKnown(record);
    this.#known.set(id, known);
    return known;
  }

  #isOver({ expires }: ShareSummary): boolean {
    return expires !== null && expires <= this.#now();
  }

  /** Known no more first: from then on nobody is answered. */
  async #remove(id: string): Promise<void> {
    this.#known.delete(id);
    const gone = join(this.#options.folder, `${id}.${process.pid}.part`);
    await rename(join(this.#options.folder, id), gone).catch((fault: unknown) => {
      if (!isMissing(fault)) throw fault;
    });
    await rm(gone, { recursive: true, force: true });
  }

  /** What the owner's uploads are that are shown. @throws EngineError media_missing */
  async #filesOf(owner: string, { turns }: SharedConversation): Promise<ShareRecord["files"]> {
    const shown = turns.flatMap((turn) => (turn.role === "user" ? turn.media.flatMap(({ id, frames }) => frames?.media ?? [id]) : []));
    const files: ShareRecord["files"] = {};
    for (const id of new Set(shown)) {
      const upload = await this.#options.uploads.find(owner, id);
      if (upload === undefined) throw new EngineError("media_missing", { name: "", media: id });
      files[id] = { mime: upload.mime, info: upload.info, name: upload.name, bytes: upload.bytes };
    }
    return files;
  }

  #requireRoom(share: Known, free: number): void {
    const { limits } = this.#options;
    const own = [...this.#known.values()].filter(({ owner }) => owner === share.owner);
    if (own.length >= limits.sharesPerOwner || this.#known.size >= limits.shares) throw new HttpFault("share_limit");
    const used = (shares: Iterable<Known>): number => [...shares].reduce((sum, { bytes }) => sum + bytes, share.bytes);
    if (used(own) > limits.sessionBytes || used(this.#known.values()) > limits.totalBytes || free < limits.freeBytes) throw new EngineError("disk_full");
  }

  async #take(owner: string, id: string, folder: string): Promise<void> {
    const { uploads } = this.#options;
    await linkOrCopy(uploads.path(owner, id), join(folder, id));
    await linkOrCopy(uploads.posterPath(owner, id), join(folder, `${id}.poster.jpg`)).catch((fault: unknown) => {
      if (!isMissing(fault)) throw fault; // only clips have one
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch((fault: unknown) => {
    if (isMissing(fault)) throw fault;
    return copyFile(from, to); // a disk without hard links
  });
}

async function readRecord(folder: string): Promise<ShareRecord | undefined> {
  try {
    return recordSchema.safeParse(JSON.parse(await readFile(join(folder, "share.json"), "utf8"))).data;
  } catch (fault) {
    if (isMissing(fault) || fault instanceof SyntaxError) return undefined;
    throw fault;
  }
}

function toKnown({ owner, summary, files, length }: ShareRecord): Known {
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, length);
  return { owner, summary, bytes, files: new Map(Object.entries(files)) };
}

function summarize(id: string, { title, turns, created, expires }: SharedConversation): ShareSummary {
  const media = turns.reduce((count, turn) => count + (turn.role === "user" ? turn.media.length : 0), 0);
  return { id, title, created, expires, messages: turns.length, media };
}
